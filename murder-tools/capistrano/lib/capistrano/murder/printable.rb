# frozen_string_literal: true

module Capistrano
  module Murder
    # Text from a host, made safe for a terminal. The Java side has the same rule in murder.tools.cli.Printable.
    module Printable
      # Control characters, and marks that reverse the direction of text.
      HARMFUL = /[[:cntrl:]\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/.freeze

      # The text on one line.
      def self.line(text)
        utf8(text).gsub(HARMFUL, "?")
      end

      # Line feeds and tabs stay.
      def self.lines(text)
        utf8(text).gsub(HARMFUL) { |c| ["\n", "\t"].include?(c) ? c : "?" }
      end

      def self.harmless?(text)
        !utf8(text).match?(HARMFUL)
      end

      def self.utf8(text)
        text.to_s.dup.force_encoding("UTF-8").scrub("?")
      end
    end
  end
end
