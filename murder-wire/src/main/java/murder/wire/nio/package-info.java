/**
 * Carries peer-wire messages over TCP: one selector loop, any number of connections. Moves bytes,
 * keeps time-outs and limits, and decides nothing.
 */
package murder.wire.nio;
