/**
 * The common part of all commands: arguments, output, exit statuses, and the folder by which
 * processes find each other.
 */
package murder.tools.cli;
