# frozen_string_literal: true

require "capistrano/murder"
