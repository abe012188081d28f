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

      def start_tracker(host)
        murder(host, %W[host start-tracker --port=#{@settings.fetch(:tracker_port)} --json])
      end

      def stop_tracker(host, if_any: false)
        murder(host, ["stop", "tracker", *("--if-any" if if_any)])
      end

      # hosts::   how many will fetch it
      # packed::  whether files_path is the archive already
      def pack(host, hosts, packed: false)
        path_is_file = packed || @arguments.set?("path_is_file")
        murder(host, tagged("pack") + ["--files=#{@arguments.files_path}", "--tracker=#{@tracker}", "--hosts=#{hosts}",
                                       *("--path-is-file" if path_is_file), "--json"])
      end

      # The torrent that pack made, in lines of JSON: text that a login shell prints does it no harm.
      def torrent(host)
        murder(host, tagged("torrent") + ["--json"])
      end

      def start_seeding(host)
        murder(host, tagged("start-seeding") + [*("--files=#{@arguments.files_path}" if @arguments.archive == "tree"), "--json"])
      end

      # torrent:: a file on the host
      def peer(host, torrent)
        words = tagged("peer") + ["--dest=#{@arguments.destination_path}"]
        %w[no_tag_directory path_is_file unsafe_please_delete].each do |name|
          words << "--#{name.tr("_", "-")}" if @arguments.set?(name)
        end
        %w[seed_for timeout].each do |name|
          words << "--#{name.tr("_", "-")}=#{@arguments.value(name)}" unless @arguments.value(name).empty?
        end
        "#{murder(host, words + ["--stall=60s", "--json"])} < #{Commands.quote(torrent)}"
      end

      # role:: "seeder" or "peer"
      # all::  whatever they serve, and not only the tag
      def stop(host, role, all: false, if_any: false)
        murder(host, ["stop", role, *("--if-any" if if_any), *(["--exact", "--", @arguments.tag] unless all)])
      end

      def clean(host)
        murder(host, ["host", "clean", "--tag=#{@arguments.tag}", "--temp=#{@arguments.temp_path}", "--json"])
      end

      def check(host, is_tracker, bytes)
        murder(host, ["host", "check", "--temp=#{@arguments.temp_path}", "--bytes=#{bytes}", "--tracker=#{@tracker}",
                      *("--dest=#{@arguments.destination_path}" if @arguments.destination_path?),
                      *("--port=#{@settings.fetch(:tracker_port)}" if is_tracker), "--json"])
      end

      # Fails with a line of its own if Java is missing or too old, or if tar is missing.
      def check_without_jar
        java = Commands.quote(@settings.fetch(:murder_java))
        "v=$(#{java} -version 2>&1) || { echo \"murder check: no java can be run there; install it or set :murder_java\" >&2; exit 1; }; " \
          "v=$(echo \"$v\" | sed -n 's/.*version \"\\([0-9]*\\).*/\\1/p' | head -n 1); " \
          "[ \"$v\" -ge 17 ] || { echo \"murder check: java is too old there, murder needs 17 or later; set :murder_java\" >&2; exit 1; }; " \
          "tar --version > /dev/null || { echo \"murder check: no tar can be run there\" >&2; exit 1; }"
      end

      def jar
        File.join(@settings.fetch(:remote_murder_path).to_s, JAR)
      end

      private

      # Options and values are one word each, as a value may begin with dashes.
      def tagged(command)
        ["host", command, "--tag=#{@arguments.tag}", "--temp=#{@arguments.temp_path}", "--archive=#{@arguments.archive}"]
      end

      # host:: answers to +hostname+; nil where a command is only built to check the arguments
      def murder(host, words)
        state = @settings.fetch(:murder_state).to_s
        state = state.gsub("%h") { host.hostname } if host
        # Without a UTF-8 locale Java can name no file whose name is not ASCII.
        variables = ["LC_ALL=C.UTF-8", *("MURDER_STATE=#{Commands.quote(state)}" unless state.empty?)]
        "#{variables.join(" ")} #{[@settings.fetch(:murder_java), "-jar", jar, *words].map { |word| Commands.quote(word) }.join(" ")}"
      end
    end
  end
end
