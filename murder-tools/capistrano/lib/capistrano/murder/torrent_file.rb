# frozen_string_literal: true

require "fileutils"
require "securerandom"

module Capistrano
  module Murder
    # The torrent on the deploying machine, between create_torrent and peer. It may lie where other users write, and whoever could
    # exchange it would choose what goes to all hosts. So it is written under a new name with mode 0600, and read only if it is ours.
    class TorrentFile
      OTHERS_WRITE = 0o022

      attr_reader :path

      def initialize(path)
        @path = path
      end

      # Replaces the file in one step.
      def write(bytes)
        FileUtils.mkdir_p(File.dirname(@path))
        arriving = "#{@path}.#{SecureRandom.hex(4)}.tmp"
        File.open(arriving, File::WRONLY | File::CREAT | File::EXCL | File::BINARY, 0o600) { |file| file.write(bytes) }
        File.rename(arriving, @path)
      ensure
        FileUtils.rm_f(arriving) if arriving
      end

      # Its bytes, as they go to every host.
      def read
        File.open(@path, File::RDONLY | File::NOFOLLOW | File::NONBLOCK | File::BINARY) do |file|
          stat = file.stat
          raise ArgumentError, "#{@path} is not a file of this user alone; remove it, and murder:create_torrent brings it again" unless
            stat.file? && stat.owned? && (stat.mode & OTHERS_WRITE).zero?

          file.read
        end
      rescue Errno::ENOENT
        raise ArgumentError, "#{@path}: there is no such file; murder:create_torrent brings it"
      rescue Errno::ELOOP
        raise ArgumentError, "#{@path} is a symbolic link; remove it, and murder:create_torrent brings it again"
      end

      def remove
        FileUtils.rm_f(@path)
      end
    end
  end
end
