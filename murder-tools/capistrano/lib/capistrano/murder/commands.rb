# frozen_string_literal: true

module Capistrano
  module Murder
    # Builds the command lines of murder on the hosts, quoted for their shells. Decides nothing.
    class Commands
      JAR = "murder-tools.jar"
      # The number of hosts in a message.
      MAX_NAMES = 10

      PLAIN = %r{\A[A-Za-z0-9_\-./:,@%+=]+\z}.freeze

      # In single quotes, within which only the single quote itself is special. Backslashes before blanks do not work: SSHKit cuts
      # blanks off at the end of a line.
      def self.quote(word)
        word = word.to_s
        return word if word.match?(PLAIN)

        "'#{word.gsub("'") { "'\\''" }}'"
      end

      # settings::  answers to +fetch+
      # tracker::   HOST:PORT at which the hosts reach the tracker
      # deploy::    the id of the deploy, by which hosts record the use of processes; empty for a single task
      def initialize(settings, arguments, tracker, deploy = "")
        @settings = settings
        @arguments = arguments
        @tracker = tracker
        @deploy = deploy
      end

      # only:: the info-hash of the torrent that it serves; empty to serve any
      def start_tracker(host, only = "")
        murder(host, ["host", "start-tracker", "--port=#{@settings.fetch(:tracker_port)}", *option("only", only),
                      *setting("trust-ip", :trust_ip), *deployed, "--json"])
      end

      def stop_tracker(host, if_any: false)
        murder(host, ["stop", "tracker", *("--if-any" if if_any), *deployed])
      end

      # hosts::   the number of hosts that will fetch it
      # packed::  whether files_path is the archive already
      def pack(host, hosts, packed: false)
        path_is_file = packed || @arguments.set?("path_is_file")
        murder(host, tagged("pack") + ["--files=#{@arguments.files_path}", "--tracker=#{@tracker}", "--hosts=#{hosts}",
                                       *("--path-is-file" if path_is_file), *links, "--json"])
      end

      # The torrent of pack, in lines of JSON: text of a login shell does no harm.
      def torrent(host)
        murder(host, tagged("torrent") + ["--json"])
      end

      def start_seeding(host)
        murder(host, tagged("start-seeding") + [*("--files=#{@arguments.files_path}" if @arguments.archive == "tree"),
                                                *transfer(host, 0), *deployed, "--json"])
      end

      # torrent:: a file on the host
      # seeders:: names of the seeders' hosts; the port of a peer beside a seeder is the next one
      def peer(host, torrent, seeders = [])
        words = tagged("peer") + ["--dest=#{@arguments.destination_path}"]
        %w[no_tag_directory path_is_file unsafe_please_delete].each do |name|
          words << "--#{name.tr("_", "-")}" if @arguments.set?(name)
        end
        words += links
        %w[seed_for timeout].each do |name|
          words << "--#{name.tr("_", "-")}=#{@arguments.value(name)}" unless @arguments.value(name).empty?
        end
        words += ["--stall=60s", *transfer(host, host && seeders.include?(host.hostname) ? 1 : 0), *setting("download-limit", :download_limit),
                  *option("seeders", seeders.first(MAX_NAMES).join(", ")), *deployed, "--json"]
        "#{murder(host, words)} < #{Commands.quote(torrent)}"
      end

      # role:: "seeder" or "peer"
      # all::  all processes of the role, not only those of the tag
      def stop(host, role, all: false, if_any: false)
        murder(host, ["stop", role, *("--if-any" if if_any), *deployed, *(["--exact", "--", @arguments.tag] unless all)])
      end

      def clean(host)
        murder(host, ["host", "clean", "--tag=#{@arguments.tag}", "--temp=#{@arguments.temp_path}", *deployed, "--json"])
      end

      def check(host, is_tracker, bytes)
        murder(host, ["host", "check", "--temp=#{@arguments.temp_path}", "--bytes=#{bytes}", "--tracker=#{@tracker}",
                      *("--dest=#{@arguments.destination_path}" if @arguments.destination_path?),
                      *("--port=#{@settings.fetch(:tracker_port)}" if is_tracker), "--json"])
      end

      # Fails with its own message if Java is missing or too old, or if tar is missing.
      def check_without_jar
        java = Commands.quote(@settings.fetch(:murder_java))
        "v=$(#{java} -version 2>&1) || { echo \"murder check: java does not run there; install it or set :murder_java\" >&2; exit 1; }; " \
          "v=$(echo \"$v\" | sed -n 's/.*version \"\\([0-9]*\\).*/\\1/p' | head -n 1); " \
          "[ \"$v\" -ge 17 ] || { echo \"murder check: java is too old there, murder needs 17 or later; set :murder_java\" >&2; exit 1; }; " \
          "tar --version > /dev/null || { echo \"murder check: no tar can be run there\" >&2; exit 1; }"
      end

      def jar
        File.join(Arguments.folder(":remote_murder_path", @settings.fetch(:remote_murder_path).to_s), JAR)
      end

      private

      def deployed
        option("deploy", @deploy)
      end

      def links
        @arguments.keep_links? ? ["--links=keep"] : []
      end

      # An option and its value are one word, because a value may begin with a dash.
      def option(name, value)
        value.to_s.empty? ? [] : ["--#{name}=#{value}"]
      end

      def setting(name, key)
        option(name, @settings.fetch(key))
      end

      # further:: the distance from the configured port
      def transfer(host, further)
        announced = @settings.fetch(:announce_address).to_s
        announced = announced.gsub("%h") { host.hostname } if host
        port = @settings.fetch(:peer_port).to_i
        [*option("announce-address", announced), *option("port", port.zero? ? "" : port + further), *setting("upload-limit", :upload_limit)]
      end

      # Options and values are one word each, because a value may begin with dashes.
      def tagged(command)
        ["host", command, "--tag=#{@arguments.tag}", "--temp=#{@arguments.temp_path}", "--archive=#{@arguments.archive}"]
      end

      # host:: answers to +hostname+; nil if a command is only built to check the arguments
      def murder(host, words)
        state = @settings.fetch(:murder_state).to_s
        state = state.gsub("%h") { host.hostname } if host
        # Without a UTF-8 locale Java can only use file names in ASCII.
        variables = ["LC_ALL=C.UTF-8", *("MURDER_STATE=#{Commands.quote(state)}" unless state.empty?)]
        "#{variables.join(" ")} #{[@settings.fetch(:murder_java), "-jar", jar, *words].map { |word| Commands.quote(word) }.join(" ")}"
      end
    end
  end
end
