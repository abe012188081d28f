/** SHA-1 and SHA-256 of files over mapped windows, for the modules of this project. */
package murder.hash;
