# frozen_string_literal: true

require "json"

module Capistrano
  module Murder
    # The lines in which a host reports, each one JSON object that begins with its type. In the jar murder.tools.cli.HostReport writes
    # them, and lists their members.
    module Report
      BEGINNING = '{"type":'

      # The last result in what a host printed; nil if there is none. Other lines do not matter, and neither does text without a line
      # end before a report.
      def self.result(text)
        text.each_line.map { |line| read(line) }.compact.reverse.find { |report| report["type"] == "result" }
      end

      # The bytes that a host sent in lines of base64.
      def self.data(text)
        text.each_line.map { |line| read(line) }.compact.select { |report| report["type"] == "data" }
            .map { |report| report["base64"].to_s.unpack1("m0") }.join
      rescue ArgumentError
        raise IOError, "the host sent invalid base64"
      end

      def self.read(line)
        at = line.rindex(BEGINNING)
        at && JSON.parse(line[at..-1].dup.force_encoding("UTF-8").scrub("?"), max_nesting: 8)
      rescue JSON::ParserError, EncodingError
        nil # Cut off, or something else in braces.
      end

      private_class_method :read
    end
  end
end
