/** Indents XML for reading. The saved file is the original message. */
export function linesOfXml(xml: string): string {
  let depth = 0
  return xml
    .trim()
    .replaceAll(/>\s*</g, '>\n<')
    .split('\n')
    .map(line => {
      const isEnd = line.startsWith('</')
      if (isEnd) depth--
      const indented = '  '.repeat(Math.max(0, depth)) + line
      const opens = /^<[^?!/]/.test(line) && !line.endsWith('/>') && !line.includes('</')
      if (opens) depth++
      return indented
    })
    .join('\n')
}
