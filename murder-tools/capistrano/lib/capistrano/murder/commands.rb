# frozen_string_literal: true

module Capistrano
  module Murder
    # Builds the command lines of murder on the hosts, quoted for their shells. Decides nothing.
    class Commands
      JAR = "murder-tools.jar"

      PLAIN = %r{\A[A-Za-z0-9_\-./:,@%+=]+\z}.freeze

      # In single quotes, within which only the single quote itself is special. Backslashes before blanks would not do: SSHKit cuts
      # blanks off at the end of a line.
      def self.quote(word)
        word = word.to_s
        return word if word.match?(PLAIN)

        "'#{word.gsub("'") { "'\\''" }}'"
      end

      # settings::  answers to +fetch+
      # tracker::   HOST:PORT by which the hosts find the tracker
      def initialize(settings, arguments, tracker)
        @settings = settings
        @arguments = arguments
        @tracker = tracker
      end

      def start_tracker(_host)
        murder(%W[host start-tracker --port=#{@settings.fetch(:tracker_port)} --json])
      end

      def stop_tracker(_host, if_any: false)
        murder(["stop", "tracker", *("--if-any" if if_any)])
      end

      # hosts::   how many will fetch it
      # packed::  whether files_path is the archive already
      def pack(_host, hosts, packed: false)
        path_is_file = packed || @arguments.set?("path_is_file")
        murder(tagged("pack") + ["--files=#{@arguments.files_path}", "--tracker=#{@tracker}", "--hosts=#{hosts}",
                                 *("--path-is-file" if path_is_file), "--json"])
      end

      def start_seeding(_host)
        murder(tagged("start-seeding") + [*("--files=#{@arguments.files_path}" if @arguments.archive == "tree"), "--json"])
      end

      # torrent:: a file on the host
      def peer(_host, torrent)
        words = tagged("peer") + ["--dest=#{@arguments.destination_path}"]
        %w[no_tag_directory path_is_file unsafe_please_delete].each do |name|
          words << "--#{name.tr("_", "-")}" if @arguments.set?(name)
        end
        %w[seed_for timeout].each do |name|
          words << "--#{name.tr("_", "-")}=#{@arguments.value(name)}" unless @arguments.value(name).empty?
        end
        "#{murder(words + ["--json"])} < #{Commands.quote(torrent)}"
      end

      # role:: "seeder" or "peer"
      # all::  whatever they serve, and not only the tag
      def stop(_host, role, all: false, if_any: false)
        murder(["stop", role, *("--if-any" if if_any), *(["--exact", "--", @arguments.tag] unless all)])
      end

      def clean(_host)
        murder(["host", "clean", "--tag=#{@arguments.tag}", "--temp=#{@arguments.temp_path}", "--json"])
      end

      def check(_host, is_tracker, now_epoch_ms)
        murder(["host", "check", "--temp=#{@arguments.temp_path}", "--tracker=#{@tracker}",
                *("--dest=#{@arguments.destination_path}" if @arguments.destination_path?),
                *("--port=#{@settings.fetch(:tracker_port)}" if is_tracker), "--epoch-ms=#{now_epoch_ms}", "--json"])
      end

      def jar
        File.join(@settings.fetch(:remote_murder_path).to_s, JAR)
      end

      private

      # Options and values are one word each, as a value may begin with dashes.
      def tagged(command)
        ["host", command, "--tag=#{@arguments.tag}", "--temp=#{@arguments.temp_path}", "--archive=#{@arguments.archive}"]
      end

      def murder(words)
        state = @settings.fetch(:murder_state).to_s
        # Without a UTF-8 locale Java can name no file whose name is not ASCII.
        variables = ["LC_ALL=C.UTF-8", *("MURDER_STATE=#{Commands.quote(state)}" unless state.empty?)]
        "#{variables.join(" ")} #{[@settings.fetch(:murder_java), "-jar", jar, *words].map { |word| Commands.quote(word) }.join(" ")}"
      end
    end
  end
end
