# frozen_string_literal: true

require "capistrano/scm/plugin"
require "capistrano/murder"

module Capistrano
  class SCM
    # Lets +cap production deploy+ carry the release by swarm, in the place of the checkout on every host:
    #
    #   require "capistrano/scm/murder"
    #   install_plugin Capistrano::SCM::Murder
    class Murder < Capistrano::SCM::Plugin
      include Capistrano::Murder::Tasks

      def set_defaults
        super
        set_if_empty :murder_source, "."
        set_if_empty :murder_exclude, [".git*"]
        set_if_empty :current_revision, -> { fetch(:release_timestamp) }
      end

      def register_hooks
        # Before all else: a host that cannot be reached is found here, where :murder_tolerate can leave it out.
        before "deploy:check", "murder:distribute_files"
        after "deploy:new_release_path", "murder:create_release"
      end

      def define_tasks
        super
        swarm = fleet
        namespace :murder do
          desc "Brings the release to all peers and stops what it started"
          task(:create_release) { swarm.deploy_release }
        end
      end
    end
  end
end
