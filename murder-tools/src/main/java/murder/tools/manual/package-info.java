/** Man pages and completions of shells, made from the help texts of the commands. */
package murder.tools.manual;
