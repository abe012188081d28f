# frozen_string_literal: true

require "delegate"
require "capistrano/murder/printable"
require "capistrano/murder/report"

module Capistrano
  module Murder
    # Commands and uploads on one host. Each one ends: a host that is silent for too long, or that prints too much, is given up, and
    # its connection is closed. Output of hosts is filtered for terminals and logs.
    class Remote
      # Reports of a whole day take less.
      MAX_OUTPUT = 16 << 20
      # The longest silence after the first report. A host is silent while it forces a release to a slow disk.
      SILENCE_S = 15 * 60
      # The interval of checks.
      TICK_S = 0.2

      # The host exceeded its limits. Its state is unknown.
      class GivenUp < StandardError; end

      # Prints only what is safe for a terminal.
      class Output < SimpleDelegator
        def log_command_data(command, stream, data)
          super(command, stream, Printable.lines(data))
        end
      end

      # Watches one SSHKit backend's connection.
      module Guarded
        attr_accessor :murder_watch

        def murder_cut
          @murder_ssh&.shutdown!
        end

        private

        def output
          @murder_output ||= Output.new(super)
        end

        def with_ssh(&block)
          super do |ssh|
            @murder_ssh = ssh
            block.call(ssh)
          end
        end

        def transfer_summarizer(*args)
          summarize = super
          proc do |*progress|
            murder_watch&.sign
            summarize.call(*progress)
          end
        end
      end

      # One command or upload. SSHKit calls on_data from the thread that waits for the host.
      class Watch
        def initialize(max_output, first_s, silence_s)
          @max_output = max_output
          @first_s = first_s
          @silence_s = silence_s
          @bytes = 0
          @reported = false
          @lock = Mutex.new
          @ended = ConditionVariable.new
          @over = false
          @last = now
        end

        def on_data(_command, _stream, data, _channel)
          @bytes += data.bytesize
          raise GivenUp, "printed more than #{@max_output >> 20} MiB and was given up" if @bytes > @max_output

          @reported ||= data.include?(Report::BEGINNING)
          @last = now if @reported # A banner does not show that the command has begun.
        end

        # Some more of an upload went out.
        def sign
          @reported = true
          @last = now
        end

        # Runs the block, and raises GivenUp in it when the host is silent for too long.
        def over
          worker = Thread.current
          watcher = Thread.new { look(worker) }
          yield
        ensure
          @lock.synchronize do
            @over = true
            @ended.signal
          end
          watcher&.join
        end

        private

        def look(worker)
          @lock.synchronize { @ended.wait(@lock, TICK_S) until @over || silent?(worker) }
        end

        def silent?(worker)
          limit = @reported ? @silence_s : @first_s
          return false if now - @last <= limit

          worker.raise(GivenUp, "was silent for #{limit} s and was given up#{"; see :host_timeout" unless @reported}")
          true
        end

        def now
          Process.clock_gettime(Process::CLOCK_MONOTONIC)
        end
      end

      # first_s:: the time limit until the first report of a command, or until its end if it reports nothing
      def initialize(backend, first_s, silence_s = SILENCE_S)
        @backend = backend.extend(Guarded)
        @first_s = first_s
        @silence_s = silence_s
      end

      # What the command printed.
      def run(command, max_output: MAX_OUTPUT)
        watched(max_output) { |watch| @backend.capture(command, strip: true, interaction_handler: watch) }
      end

      def success?(command)
        watched(MAX_OUTPUT) { |watch| @backend.test(command, interaction_handler: watch) }
      end

      # local:: a file here, or a StringIO
      def upload(local, path)
        watched(MAX_OUTPUT) { |_watch| @backend.upload!(local, path) }
      end

      # The result that the command reported; an IOError if it did not succeed. A command that was killed reports none and has no
      # status either.
      def result(command)
        result = Report.result(run(command)) || {}
        raise IOError, (result["error"] || "murder ended without a result").to_s unless result["ok"] == true

        result
      end

      def info(text)
        @backend.info Printable.line(text)
      end

      def error(text)
        @backend.error Printable.line(text)
      end

      private

      def watched(max_output)
        watch = Watch.new(max_output, @first_s, @silence_s)
        @backend.murder_watch = watch
        watch.over { yield watch }
      rescue GivenUp
        # The command may still print. Nobody must use this connection again.
        @backend.murder_cut
        raise
      end
    end
  end
end
