/**
 * The peer wire protocol (BEP 3) with the fast extension (BEP 6), the extension protocol (BEP 10),
 * {@code ut_metadata} (BEP 9) and {@code upload_only} (BEP 21): bytes to calls and calls to bytes.
 * Pure: no I/O, no clock, no threads, so that the selector loop and the simulator run the same
 * classes.
 */
package murder.wire;
