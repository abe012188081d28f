# frozen_string_literal: true

require "capistrano/plugin"
require "capistrano/murder/arguments"
require "capistrano/murder/commands"
require "capistrano/murder/failure"
require "capistrano/murder/fleet"
require "capistrano/murder/printable"
require "capistrano/murder/remote"
require "capistrano/murder/report"
require "capistrano/murder/torrent_file"

module Capistrano
  # The tasks of Murder, for deploys whose release comes by some other way:
  #
  #   require "capistrano/murder"
  #   install_plugin Capistrano::Murder::Plugin
  module Murder
    # What both plugins have in common: the settings and the tasks.
    module Tasks
      def set_defaults
        set_if_empty :default_tag, ""
        set_if_empty :default_seeder_files_path, ""
        set_if_empty :default_destination_path, ""
        set_if_empty :default_temp_path, "/tmp"
        set_if_empty :remote_murder_path, -> { shared_path.join("murder").to_s }
        set_if_empty :tracker_port, 8998
        set_if_empty :tracker_host, ""
        set_if_empty :peer_port, 0
        set_if_empty :announce_address, ""
        set_if_empty :trust_ip, ""
        set_if_empty :upload_limit, ""
        set_if_empty :download_limit, ""
        set_if_empty :host_timeout, 60
        set_if_empty :murder_java, "java"
        set_if_empty :murder_state, ""
        set_if_empty :murder_tolerate, 0
        set_if_empty :murder_jar, ENV.fetch("MURDER_JAR", "murder-tools.jar")
      end

      def define_tasks
        eval_rakefile File.expand_path("murder/tasks.rake", __dir__)
      end

      def fleet
        @fleet ||= Fleet.new(self)
      end
    end

    # The tasks, and no hooks.
    class Plugin < Capistrano::Plugin
      include Tasks
    end
  end
end
