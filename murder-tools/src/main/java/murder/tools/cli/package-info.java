/**
 * What every command line needs: arguments, output, exit statuses, and the folder by which
 * processes find each other.
 */
package murder.tools.cli;
