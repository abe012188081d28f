# frozen_string_literal: true

require "digest"
require "fileutils"
require "securerandom"
require "tmpdir"
require "net/scp"
require "net/ssh"
require "sshkit"

module Capistrano
  module Murder
    # Who the hosts are, and what each task does on them. A host that fails stops no other; how many may fail says :murder_tolerate,
    # a number or a percentage. A host that failed gets no release: later tasks of the deploy pass over it.
    class Fleet
      # A folder with so many files is hardly murder's own.
      MAX_FILES = 1000
      # How a host can fail, as opposed to how this program can.
      HOST_FAILURES = [SSHKit::StandardError, Net::SSH::Exception, Net::SCP::Error, SystemCallError, IOError, SocketError].freeze

      # A task failed on more hosts than may fail.
      class Failed < StandardError; end

      # A host as the stage file names it.
      def self.label(host)
        "#{"#{host.user}@" if host.user}#{host.hostname}#{":#{host.port}" if host.port}"
      end

      # dsl:: the plugin, which knows Capistrano's methods
      def initialize(dsl)
        @dsl = dsl
        @fixed = {}
        @failures = {}
        @closing = false
        @tracker_started = false
        @seeding = []
      end

      def peers
        peers = @dsl.release_roles(:peer)
        peers.empty? ? @dsl.release_roles(:all) : peers
      end

      # The first peer, if nobody has the role.
      def seeders
        seeders = @dsl.roles(:seeder)
        seeders.empty? ? peers.first(1) : seeders
      end

      # The first peer, if nobody has the role.
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
        on_each("distribute_files", all) { |backend, _host| send_jar(backend, path, digest) }
        need("server", [tracker] + seeders)
      end

      def start_tracker
        on_each("start_tracker", [tracker]) do |backend, host|
          @tracker_started = result(backend, commands.start_tracker(host))["started"] != false
        end
        need("tracker", [tracker])
      end

      def stop_tracker(if_any: false)
        on_each("stop_tracker", [tracker]) { |backend, host| backend.execute(commands.stop_tracker(host, if_any: if_any)) }
        need("tracker", [tracker]) unless if_any
      end

      def create_torrent
        hashes = {}
        on_each("create_torrent", seeders) do |backend, host|
          hashes[Fleet.label(host)] = result(backend, commands.pack(host, peers.size, packed: !@packed.nil?))["info_hash"]
        end
        need("seeder", seeders)
        raise Failed, "the seeders #{hashes.keys.join(", ")} do not have the same files" if hashes.values.uniq.size > 1

        download_torrent unless arguments.set?("do_not_download_torrent")
      end

      def download_torrent
        path = arguments.torrent
        arriving = "#{path}.#{SecureRandom.hex(4)}.tmp"
        FileUtils.mkdir_p(File.dirname(path))
        on_each("download_torrent", seeders.first(1)) do |backend, host|
          File.binwrite(arriving, Report.data(backend.capture(commands.torrent(host), verbosity: :DEBUG)))
        end
        need("seeder", seeders.first(1))
        File.rename(arriving, path)
      ensure
        FileUtils.rm_f(arriving) if arriving
      end

      def start_seeding
        started = Queue.new
        on_each("start_seeding", seeders) do |backend, host|
          started << host if result(backend, commands.start_seeding(host))["started"] != false
        end
        @seeding = Array.new(started.size) { started.pop }
        need("seeder", seeders)
      end

      def stop_seeding(all: false, if_any: false, hosts: seeders)
        on_each("stop_seeding", hosts) { |backend, host| backend.execute(commands.stop(host, "seeder", all: all, if_any: if_any)) }
        need("seeder", hosts) unless if_any
      end

      def peer
        path = arguments.torrent
        commands.peer(nil, path) # Wrong arguments are told before any host is spoken to.
        raise ArgumentError, "#{path}: there is no such file; murder:create_torrent brings it" unless File.file?(path)

        on_each("peer", peers) do |backend, host|
          # Not under the torrent's own name: that file is the seeder's.
          input = "#{path}.#{SecureRandom.hex(4)}.tmp"
          backend.execute("mkdir -p -- #{Commands.quote(arguments.temp_path)}")
          begin
            backend.upload!(path, input)
            result(backend, commands.peer(host, input))
          ensure
            backend.execute("rm -f -- #{Commands.quote(input)}")
          end
        end
      end

      # Peers end by themselves a while after they are whole, so it is no fault if there is none.
      def stop_peering(all: false, hosts: peers)
        on_each("stop_peering", hosts) { |backend, host| backend.execute(commands.stop(host, "peer", all: all, if_any: true)) }
      end

      def clean_temp_files(hosts = (seeders + peers).uniq)
        on_each("clean_temp_files", hosts) { |backend, host| backend.execute(commands.clean(host)) }
      end

      # Says for each host that all is well, or what is wrong. A host that has no jar yet is looked at by its shell.
      def check
        bytes = payload_bytes
        on_each("check", all) do |backend, host|
          if backend.test("[ -f #{Commands.quote(commands.jar)} ]")
            result(backend, commands.check(host, host == tracker, bytes))
            backend.info "#{Fleet.label(host)}  ok"
          else
            backend.capture(commands.check_without_jar)
            backend.info "#{Fleet.label(host)}  ok; murder itself is not there yet, the deploy brings it"
          end
        end
      end

      # Brings the release from :murder_source, or from default_seeder_files_path on the seeder, to all peers, in a directory named by
      # the release's time. Whatever happens, what was started is stopped again.
      def deploy_release
        release = @dsl.release_path.to_s
        @fixed = { "tag" => File.basename(release), "destination_path" => File.dirname(release), "no_tag_directory" => "0",
                   "path_is_file" => "0", "do_not_download_torrent" => "0" }
        @arguments = nil
        @failures.clear
        hosts = peers
        distribute(hosts)
      ensure
        withdraw(hosts) if hosts
      end

      private

      def distribute(hosts)
        commands.clean(nil) # Wrong arguments are told before any host is spoken to.
        upload_source unless arguments.files_path?
        %w[start_tracker create_torrent start_seeding peer].each { |task| @dsl.invoke!("murder:#{task}") }
        raise Failed, "no host has the release" if (hosts - @failures.keys).empty?
      end

      def withdraw(hosts)
        @closing = true
        run_all(closing_steps(hosts))
      ensure
        @closing = false
        @fixed = {}
        @arguments = nil
        @packed = nil
      end

      # A step that fails does not keep the next ones from being done.
      def run_all(steps)
        return if steps.empty?

        begin
          steps.first.call
        ensure
          run_all(steps.drop(1))
        end
      end

      def closing_steps(hosts)
        steps = [-> { stop_peering(hosts: hosts) }, -> { stop_seeding(if_any: true, hosts: @seeding) },
                 -> { clean_temp_files((seeders + hosts).uniq) }, -> { FileUtils.rm_f(arguments.torrent) }]
        packed = @packed
        if packed
          steps << -> { on_each("clean_temp_files", seeders) { |backend, _host| backend.execute("rm -f -- #{Commands.quote(packed)}") } }
        end
        steps << -> { stop_tracker(if_any: true) } if @tracker_started
        steps
      end

      # Of the files on the seeder; 0 if it is not known which.
      def payload_bytes
        return 0 unless arguments.files_path?

        kilobytes = 0
        on_each("check", seeders.first(1)) do |backend, _host|
          kilobytes = backend.capture("du -sk -- #{Commands.quote(arguments.files_path)} 2>/dev/null || :").to_i
        rescue *HOST_FAILURES
          next # The check of this host finds it again, and tells why.
        end
        kilobytes * 1024
      end

      # Packs :murder_source here and brings it to the seeders, as the original did.
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
          on_each("upload", seeders) do |backend, _host|
            backend.execute("mkdir -p -- #{Commands.quote(arguments.temp_path)}")
            backend.upload!(local, @packed)
          end
        end
        need("seeder", seeders)
      end

      def send_jar(backend, path, digest)
        folder = Commands.quote(@dsl.fetch(:remote_murder_path))
        backend.execute("mkdir -p -- #{folder}")
        count = backend.capture("find #{folder} -type f | head -n #{MAX_FILES} | wc -l").to_i
        raise IOError, "#{folder} holds #{MAX_FILES} files or more; check :remote_murder_path" if count >= MAX_FILES

        jar = commands.jar
        have = backend.capture("sha256sum -- #{Commands.quote(jar)} 2>/dev/null || :").split.first
        return if have == digest

        arriving = "#{jar}.#{SecureRandom.hex(4)}.tmp"
        backend.upload!(path, arriving)
        backend.execute("mv -f -- #{Commands.quote(arriving)} #{Commands.quote(jar)}")
      end

      # Runs the block for each host at the same time; gives it SSHKit's backend and the host. Hosts that failed are passed over, but
      # when a deploy ends: then there may be something to clean up.
      def on_each(task, hosts, &block)
        lock = Mutex.new
        failures = {}
        earlier = @failures
        waiting = @closing ? hosts : hosts - @failures.keys
        return if waiting.empty?

        @dsl.on(waiting) do |copy|
          # Capistrano hands out a copy, which is bound to its connection once that is open.
          host = waiting.find { |original| original == copy }
          begin
            block.call(self, host)
          rescue *HOST_FAILURES => e
            next if earlier.key?(host)

            reason = Failure.reason(e)
            error "#{Fleet.label(host)}  FAILED  #{task}: #{reason}"
            lock.synchronize { failures[host] = reason }
          end
        end
        failures.each { |host, reason| fail_host(host, "#{task}: #{reason}") }
        told = @failures.map { |host, reason| "#{Fleet.label(host)}: #{reason}" }.join("; ")
        raise Failed, "murder failed on #{@failures.size} of #{all_count} hosts: #{told}" unless failures.empty? || tolerated?
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

      # What murder reported as its result; a command that was killed reports none and has no status either.
      def result(backend, command)
        result = Report.result(backend.capture(command, strip: true)) || {}
        raise IOError, result["error"] || "murder ended without a result" unless result["ok"]

        result
      end

      def arguments
        @arguments ||= Arguments.new(@dsl, ENV, @fixed)
      end

      def commands
        Commands.new(@dsl, arguments, tracker_address)
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
