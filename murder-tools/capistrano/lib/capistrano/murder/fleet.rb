# frozen_string_literal: true

require "digest"
require "fileutils"
require "securerandom"
require "stringio"
require "tmpdir"
require "net/scp"
require "net/ssh"
require "sshkit"
require "capistrano/murder/remote"
require "capistrano/murder/torrent_file"

module Capistrano
  module Murder
    # The hosts, and the work of each task on them. A failed host stops no other. :murder_tolerate sets how many may fail,
    # a number or a percentage. A failed host gets no release: later tasks of the deploy skip it.
    class Fleet
      # A folder with this many files is hardly murder's own.
      MAX_FILES = 1000
      # The failures of a host, in contrast to faults of this program.
      HOST_FAILURES = [SSHKit::StandardError, Net::SSH::Exception, Net::SCP::Error, SystemCallError, IOError, SocketError,
                       Remote::GivenUp].freeze
      # A torrent of a million pieces, in base64.
      MAX_TORRENT_OUTPUT = 32 << 20

      # A task failed on too many hosts.
      class Failed < StandardError; end

      # A host of the stage file.
      def self.label(host)
        "#{"#{host.user}@" if host.user}#{host.hostname}#{":#{host.port}" if host.port}"
      end

      # dsl:: the plugin, which knows Capistrano's methods
      def initialize(dsl)
        @dsl = dsl
        @fixed = {}
        @failures = {}
        @closing = false
        @deploy = ""
      end

      def peers
        peers = @dsl.release_roles(:peer)
        peers.empty? ? @dsl.release_roles(:all) : peers
      end

      # The first peer, if no host has the role.
      def seeders
        seeders = @dsl.roles(:seeder)
        seeders.empty? ? peers.first(1) : seeders
      end

      # The first peer, if no host has the role.
      def tracker
        @dsl.roles(:tracker).first || peers.first || raise(ArgumentError, "no host is there to run the tracker")
      end

      def all
        ([tracker] + seeders + peers).uniq
      end

      def distribute_files
        path = @dsl.fetch(:murder_jar).to_s
        raise ArgumentError, "#{path}: there is no such file; set :murder_jar" unless File.file?(path)

        digest = Digest::SHA256.file(path).hexdigest
        on_each("distribute_files", all) { |remote, _host| send_jar(remote, path, digest) }
        need("server", [tracker] + seeders)
      end

      # A deploy's tracker serves only the deploy's torrent.
      def start_tracker
        @tracker_tried = true
        on_each("start_tracker", [tracker]) { |remote, host| remote.result(commands.start_tracker(host, @info_hash.to_s)) }
        need("tracker", [tracker])
      end

      def stop_tracker(if_any: false)
        on_each("stop_tracker", [tracker]) { |remote, host| remote.run(commands.stop_tracker(host, if_any: if_any)) }
        need("tracker", [tracker]) unless if_any
      end

      def create_torrent
        hashes = {}
        on_each("create_torrent", seeders) do |remote, host|
          hash = remote.result(commands.pack(host, peers.size, packed: !@packed.nil?))["info_hash"].to_s
          raise IOError, "the host names no info-hash" unless hash.match?(/\A[0-9a-f]{40}\z/)

          hashes[Fleet.label(host)] = hash
        end
        need("seeder", seeders)
        raise Failed, "the seeders #{hashes.keys.join(", ")} do not have the same files" if hashes.values.uniq.size > 1

        @info_hash = hashes.values.first unless @deploy.empty?
        download_torrent unless arguments.set?("do_not_download_torrent")
      end

      def download_torrent
        bytes = nil
        on_each("download_torrent", seeders.first(1)) do |remote, host|
          bytes = Report.data(remote.run(commands.torrent(host), max_output: MAX_TORRENT_OUTPUT))
          raise IOError, "what the host sent is no torrent" unless bytes.start_with?("d")
        end
        need("seeder", seeders.first(1))
        torrent_file.write(bytes)
      end

      def start_seeding
        @seeding_tried = true
        on_each("start_seeding", seeders) { |remote, host| remote.result(commands.start_seeding(host)) }
        need("seeder", seeders)
      end

      def stop_seeding(all: false, if_any: false)
        on_each("stop_seeding", seeders) { |remote, host| remote.run(commands.stop(host, "seeder", all: all, if_any: if_any)) }
        need("seeder", seeders) unless if_any
      end

      def peer
        commands.peer(nil, arguments.torrent) # Wrong arguments fail before the first contact with a host.
        # All hosts get the same bytes, read once, even if the file is replaced meanwhile.
        bytes = torrent_file.read
        on_each("peer", peers) do |remote, host|
          # Not under the torrent's own name: that file is the seeder's.
          input = "#{arguments.torrent}.#{SecureRandom.hex(4)}.tmp"
          remote.run("mkdir -p -- #{Commands.quote(arguments.temp_path)}")
          begin
            remote.upload(StringIO.new(bytes), input)
            took = remote.result(commands.peer(host, input, seeders.map { |seeder| seeder.hostname.to_s }))["seconds"]
            remote.info "#{Fleet.label(host)}  #{arguments.tag} is there#{" after #{took} s" if took.is_a?(Numeric)}"
          ensure
            remote.run("rm -f -- #{Commands.quote(input)}")
          end
        end
      end

      # Peers end by themselves some time after they are complete, so it is no fault if there is none.
      def stop_peering(all: false, hosts: peers)
        on_each("stop_peering", hosts) { |remote, host| remote.run(commands.stop(host, "peer", all: all, if_any: true)) }
      end

      def clean_temp_files(hosts = (seeders + peers).uniq)
        on_each("clean_temp_files", hosts) { |remote, host| remote.result(commands.clean(host)) }
      end

      # Prints ok or the fault for each host. The shell checks a host without the jar.
      def check
        bytes = payload_bytes
        on_each("check", all) do |remote, host|
          if remote.success?("[ -f #{Commands.quote(commands.jar)} ]")
            remote.result(commands.check(host, host == tracker, bytes))
            remote.info "#{Fleet.label(host)}  ok"
          else
            remote.run(commands.check_without_jar)
            remote.info "#{Fleet.label(host)}  ok; murder itself is not there yet, the deploy brings it"
          end
        end
      end

      # Brings the release from :murder_source, or from default_seeder_files_path on the seeder, to all peers, in a directory named by
      # the release's time. It always stops the processes that it started.
      def deploy_release
        release = @dsl.release_path.to_s
        @fixed = { "tag" => File.basename(release), "destination_path" => File.dirname(release), "no_tag_directory" => "0",
                   "path_is_file" => "0", "do_not_download_torrent" => "0" }
        @arguments = nil
        # Hosts that failed before the deploy began get no release, either.
        @left_out = @failures.dup
        @failures.clear
        @deploy = SecureRandom.hex(8)
        @tracker_tried = @seeding_tried = false
        hosts = peers
        distribute(hosts)
      ensure
        withdraw(hosts) if hosts
      end

      private

      def distribute(hosts)
        commands.clean(nil) # Wrong arguments fail before the first contact with a host.
        upload_source unless arguments.files_path?
        # The tracker starts after the torrent is made, because it serves only this torrent.
        %w[create_torrent start_tracker start_seeding peer].each { |task| @dsl.invoke!("murder:#{task}") }
        raise Failed, "no host has the release" if (hosts - @failures.keys).empty?

        tell_tolerated
      end

      def tell_tolerated
        failed = @left_out.merge(@failures)
        return if failed.empty?

        line = "murder: #{failed.size} failed, which :murder_tolerate allows: #{in_words(failed)}"
        @dsl.run_locally { warn Printable.line(line) }
      end

      def in_words(failures)
        failures.map { |host, reason| "#{Fleet.label(host)}: #{reason}" }.join("; ")
      end

      def withdraw(hosts)
        @closing = true
        run_all(closing_steps(hosts))
      ensure
        @closing = false
        @fixed = {}
        @arguments = nil
        @packed = nil
        @deploy = ""
        @info_hash = nil
      end

      # After a failed step the next ones still run.
      def run_all(steps)
        return if steps.empty?

        begin
          steps.first.call
        ensure
          run_all(steps.drop(1))
        end
      end

      def closing_steps(hosts)
        steps = [-> { stop_peering(hosts: hosts) }]
        # With the deploy's id, so that processes of a user or another deploy continue.
        steps << -> { stop_seeding(if_any: true) } if @seeding_tried
        steps << -> { clean_temp_files((seeders + hosts).uniq) } << -> { torrent_file.remove }
        packed = @packed
        if packed
          steps << -> { on_each("clean_temp_files", seeders) { |remote, _host| remote.run("rm -f -- #{Commands.quote(packed)}") } }
        end
        steps << -> { stop_tracker(if_any: true) } if @tracker_tried
        steps
      end

      # Of the files on the seeder; 0 if it is not known which.
      def payload_bytes
        return 0 unless arguments.files_path?

        kilobytes = 0
        on_each("check", seeders.first(1)) do |remote, _host|
          kilobytes = remote.run("du -sk -- #{Commands.quote(arguments.files_path)} 2>/dev/null || :").to_i
        rescue *HOST_FAILURES
          next # The check of this host finds it again, with the reason.
        end
        kilobytes * 1024
      end

      # Packs :murder_source here and copies it to the seeders, like the original.
      def upload_source
        archive = arguments.archive
        if archive == "tree"
          raise ArgumentError, "archive=tree seeds a directory as it lies on the seeder; set :default_seeder_files_path to it"
        end

        source = @dsl.fetch(:murder_source).to_s
        raise ArgumentError, "#{source} is no directory; set :murder_source" unless File.directory?(source)

        @packed = File.join(arguments.temp_path, "#{arguments.tag}.#{SecureRandom.hex(4)}.upload")
        @fixed["files_path"] = @packed
        Dir.mktmpdir do |folder|
          local = File.join(folder, "source")
          flags = archive == "tgz" ? "-czf" : "-cf"
          words = ["tar", flags, local, "-C", source, *@dsl.fetch(:murder_exclude).map { |pattern| "--exclude=#{pattern}" }, "."]
          @dsl.run_locally { execute(words.map { |word| Commands.quote(word) }.join(" ")) }
          File.chmod(0o600, local) # scp gives the file there the same mode.
          on_each("upload", seeders) do |remote, _host|
            remote.run("mkdir -p -- #{Commands.quote(arguments.temp_path)}")
            remote.upload(local, @packed)
          end
        end
        need("seeder", seeders)
      end

      def send_jar(remote, path, digest)
        folder = Commands.quote(@dsl.fetch(:remote_murder_path))
        remote.run("mkdir -p -- #{folder}")
        count = remote.run("find #{folder} -type f | head -n #{MAX_FILES} | wc -l").to_i
        raise IOError, "#{folder} holds #{MAX_FILES} files or more; check :remote_murder_path" if count >= MAX_FILES

        jar = commands.jar
        have = remote.run("sha256sum -- #{Commands.quote(jar)} 2>/dev/null || :").split.first
        return if have == digest

        arriving = "#{jar}.#{SecureRandom.hex(4)}.tmp"
        remote.upload(path, arriving)
        remote.run("mv -f -- #{Commands.quote(arriving)} #{Commands.quote(jar)}")
      end

      # Runs the block for each host at the same time; gives it a Remote and the host. Failed hosts are skipped, but not
      # when a deploy ends: then there may be leftovers to clean up.
      def on_each(task, hosts, &block)
        lock = Mutex.new
        failures = {}
        earlier = @failures
        first_s = @dsl.fetch(:host_timeout).to_i
        waiting = @closing ? hosts : hosts - @failures.keys
        return if waiting.empty?

        @dsl.on(waiting) do |copy|
          # Capistrano hands out a copy, which is bound to its connection once that is open.
          host = waiting.find { |original| original == copy }
          remote = Remote.new(self, first_s)
          begin
            block.call(remote, host)
          rescue *HOST_FAILURES => e
            next if earlier.key?(host)

            reason = Failure.reason(e)
            remote.error "#{Fleet.label(host)}  FAILED  #{task}: #{reason}"
            lock.synchronize { failures[host] = reason }
          end
        end
        failures.each { |host, reason| fail_host(host, "#{task}: #{reason}") }
        raise Failed, "murder failed on #{@failures.size} of #{all_count} hosts: #{in_words(@failures)}" unless failures.empty? || tolerated?
      end

      def fail_host(host, reason)
        @failures[host] = reason
        @count = all_count # Before it is one less.
        host.set(:no_release, true)
      end

      def all_count
        @count || all.size
      end

      def tolerated?
        tolerate = @dsl.fetch(:murder_tolerate).to_s
        return @failures.size * 100 <= tolerate.to_i * all_count if tolerate.end_with?("%")

        @failures.size <= tolerate.to_i
      end

      def need(role, hosts)
        host = (hosts & @failures.keys).first
        raise Failed, "nothing goes without the #{role} #{Fleet.label(host)}: #{@failures[host]}" if host
      end

      # Usually a folder where other users write, too.
      def torrent_file
        TorrentFile.new(arguments.torrent)
      end

      def arguments
        @arguments ||= Arguments.new(@dsl, ENV, @fixed)
      end

      def commands
        Commands.new(@dsl, arguments, tracker_address, @deploy)
      end

      def tracker_address
        name = @dsl.fetch(:tracker_host).to_s
        name = tracker.hostname.to_s if name.empty?
        name = "[#{name}]" if name.include?(":") && !name.start_with?("[")
        "#{name}:#{@dsl.fetch(:tracker_port)}"
      end
    end
  end
end
