/** What a driver might spoil: line ends, characters beyond the basic plane, what JSON or Lua would escape, a null character, blanks at the ends. */
export const awkward = ' {"holder":"Zoë 李 🏦","note":"a\\r\\n\r\n\tb\u0000c\u2028d%s"}\n '
