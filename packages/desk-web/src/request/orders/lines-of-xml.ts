/** To be read: what stands within an element stands on lines of its own, further in. What is saved is the message to the byte. */
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
