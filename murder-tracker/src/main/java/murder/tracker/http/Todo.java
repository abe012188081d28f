package murder.tracker.http;

/** Placeholder until the server lands. */
final class Todo {}
