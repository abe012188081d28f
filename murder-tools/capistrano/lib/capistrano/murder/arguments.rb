# frozen_string_literal: true

require "capistrano/murder/printable"

module Capistrano
  module Murder
    # The arguments of the tasks under their original names: from the environment (cap production murder:peer tag=...), else from the
    # settings. In the original a setting overrode an argument.
    class Arguments
      DEFAULTS = {
        "tag" => :default_tag,
        "files_path" => :default_seeder_files_path,
        "destination_path" => :default_destination_path,
        "temp_path" => :default_temp_path
      }.freeze
      ARCHIVES = %w[tgz tar tree].freeze
      YES = %w[1 true yes on].freeze
      NO = ["", "0", "false", "no", "off"].freeze

      # settings:: answers to +fetch+
      # fixed::    arguments that a deploy sets by itself; they come before all others
      def initialize(settings, env = ENV, fixed = {})
        @settings = settings
        @env = env
        @fixed = fixed
      end

      def tag
        tag = required("tag")
        raise ArgumentError, "the tag '#{tag}' holds a '/'; it names a directory below destination_path" if tag.include?("/")
        raise ArgumentError, "the tag '#{tag}' holds a '\\', which no torrent's name may have" if tag.include?("\\")
        raise ArgumentError, "the tag '#{tag}' is no name of a directory" if [".", ".."].include?(tag)
        raise ArgumentError, "the tag holds a control character or a mark of text direction" unless Printable.harmless?(tag)

        tag
      end

      # Checks a path for the hosts, like the jar. No shell expands it there.
      def self.folder(what, text)
        if text.start_with?("~", "-")
          raise ArgumentError, "#{what} '#{Printable.line(text)}' begins with '#{text[0]}'; give an absolute path" \
                               " (one without '/' in front begins in the home directory there)"
        end
        raise ArgumentError, "#{what} holds a control character or a mark of text direction" unless Printable.harmless?(text)

        text
      end

      def files_path
        path("files_path")
      end

      def files_path?
        !value("files_path").empty?
      end

      def destination_path
        path("destination_path")
      end

      def destination_path?
        !value("destination_path").empty?
      end

      def temp_path
        path("temp_path")
      end

      def archive
        archive = value("archive")
        archive = "tgz" if archive.empty?
        raise ArgumentError, "archive is tgz, tar or tree, not '#{archive}'" unless ARCHIVES.include?(archive)

        archive
      end

      # The path of the torrent, here and on the hosts.
      def torrent
        File.join(temp_path, "#{tag}#{".#{archive}" unless archive == "tree"}.torrent")
      end

      # Whether symbolic links may lead anywhere.
      def keep_links?
        links = value("links")
        raise ArgumentError, "links is keep, or left out, not '#{links}'" unless ["", "keep"].include?(links)

        !links.empty?
      end

      # In the original any value meant yes, even 0.
      def set?(name)
        text = value(name).downcase
        return true if YES.include?(text)
        return false if NO.include?(text)

        raise ArgumentError, "#{name} is 1 or 0, not '#{text}'"
      end

      # Empty without the argument.
      def value(name)
        return @fixed[name].to_s if @fixed.key?(name)

        given = @env[name].to_s
        return given unless given.empty?

        DEFAULTS.key?(name) ? @settings.fetch(DEFAULTS[name]).to_s : ""
      end

      private

      def path(name)
        Arguments.folder(name, required(name))
      end

      def required(name)
        text = value(name)
        return text unless text.empty?

        default = DEFAULTS[name]
        raise ArgumentError, "this task needs #{name}=...#{"; its default is set :#{default}" if default}"
      end
    end
  end
end
