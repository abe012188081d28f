# frozen_string_literal: true

require "capistrano/murder/printable"
require "capistrano/murder/report"

module Capistrano
  module Murder
    # One line with the reason of a host's failure.
    module Failure
      MAX_LENGTH = 300

      # error:: what SSHKit or Net::SSH raised
      def self.reason(error)
        text = Printable.utf8(error.message)
        line = told(text) || known(text) || own(text) || last(text)
        line = error.class.name if line.empty?
        Printable.line(line)[0, MAX_LENGTH]
      end

      # The error that murder reports as its result.
      def self.told(text)
        result = Report.result(text)
        result && result["error"]&.to_s
      end

      def self.known(text)
        case text
        when /UnsupportedClassVersionError|class file version/ then "java is too old there, murder needs 17 or later; set :murder_java"
        when /Unable to access jarfile (.*)/ then "murder is not there (#{Regexp.last_match(1).strip}); run murder:distribute_files first"
        when /exit status: 12[67]/ then "java does not run there (#{last(text)}); install it or set :murder_java"
        end
      end

      def self.own(text)
        text.each_line.map { |line| line[/murder [a-z]+(?: [a-z-]+)?: (.*)/, 1] }.compact.last&.strip
      end

      def self.last(text)
        text.each_line.map(&:strip).reject(&:empty?).last.to_s.sub(/\A\S+ stderr: /, "")
      end

      private_class_method :told, :known, :own, :last
    end
  end
end
