# frozen_string_literal: true

Gem::Specification.new do |spec|
  spec.name = "capistrano-murder"
  spec.version = "0.1.0"
  spec.summary = "Capistrano 3 deploys that reach all hosts by BitTorrent"
  spec.description = "The tasks of Murder for Capistrano 3, and a deploy in which each host that has a piece of the release passes it on."
  spec.authors = ["The authors of Murder for the JVM"]
  spec.license = "Apache-2.0"
  spec.files = Dir["lib/**/*", "example/**/*"]
  spec.required_ruby_version = ">= 2.7"
  spec.add_runtime_dependency "capistrano", "~> 3.17"
end
