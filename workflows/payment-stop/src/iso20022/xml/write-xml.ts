/** An element to be written: with children, or with text. */
export interface XmlNode {
  readonly name: string
  readonly attributes?: Readonly<Record<string, string>>
  readonly children?: readonly XmlNode[]
  readonly text?: string
}

/**
 * The XML text of an element and its content, with UTF-8 declared and two spaces a level. It is read back unchanged.
 */
export const writeXml = (root: XmlNode): string => `<?xml version="1.0" encoding="UTF-8"?>\n${lines(root, '').join('\n')}\n`

function lines({ name, attributes = {}, children, text }: XmlNode, indent: string): string[] {
  const tag = [name, ...Object.entries(attributes).map(([key, value]) => `${key}="${escaped(value)}"`)].join(' ')
  if (text !== undefined) return [`${indent}<${tag}>${escaped(text)}</${name}>`]
  if (!children || children.length === 0) return [`${indent}<${tag}/>`]
  return [`${indent}<${tag}>`, ...children.flatMap(child => lines(child, `${indent}  `)), `${indent}</${name}>`]
}

// XML readers normalise carriage returns and white space in attributes, unless they are written as references.
const references: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#13;' }
const escaped = (text: string): string => text.replace(/[&<>"\r]/g, character => references[character] ?? character)
