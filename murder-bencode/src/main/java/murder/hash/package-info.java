/** SHA-1 of files over mapped windows, for the modules of this project. */
package murder.hash;
