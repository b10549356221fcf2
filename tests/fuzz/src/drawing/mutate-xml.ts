import type { Chance } from '../../../simulation/src/chance/chance.ts'
import { mutatedBytes } from './mutate-bytes.ts'
import { awkwardText } from './texts.ts'

/** A document as sent, with the encoding that its media type states. */
export interface XmlBody {
  readonly bytes: Buffer
  readonly charset?: string
}

const declaration = /^<\?xml[^>]*\?>\s*/

const laughs = `<!DOCTYPE Document [<!ENTITY a "ha">${Array.from({ length: 12 }, (_, n) => `<!ENTITY ${String.fromCharCode(98 + n)} "${`&${String.fromCharCode(97 + n)};`.repeat(10)}">`).join('')}]>`
const doctypes = [
  laughs,
  '<!DOCTYPE Document SYSTEM "http://127.0.0.1:1/x.dtd">',
  '<!DOCTYPE Document [<!ENTITY xxe SYSTEM "file:///etc/hostname">]>',
  '<!DOCTYPE Document [<!ENTITY % p SYSTEM "http://127.0.0.1:1/p">%p;]>',
  '<!DOCTYPE Document [<!ATTLIST Document x CDATA "y">]>',
  '<!DOCTYPE',
]
const insertions = [
  '&xxe;',
  '&m;',
  '&#0;',
  '&#xD800;',
  '&#x110000;',
  '&amp;amp;',
  '<![CDATA[ ]]>',
  '<![CDATA[',
  '<!-- -- -->',
  '<!--',
  '<?php echo 1 ?>',
  '<?xml version="1.0"?>',
  '<a:b/>',
  '<a xmlns:a="a" xmlns:a="b"/>',
  '</Document>',
  '\u0000',
  '\ufffe',
]
const encodings = ['UTF-7', 'UTF-16', 'utf-8', 'ISO-8859-1', 'windows-1252', 'UTF-32', 'EBCDIC-CP-US', 'x'.repeat(60), '']
const leaf = /<([A-Za-z0-9]+)([^<>]*)>([^<]*)<\/\1>/g

function changeElement(text: string, chance: Chance, number: number): string {
  const leaves = [...text.matchAll(leaf)]
  if (leaves.length === 0) return text
  const { 0: whole, 1: name = '', 2: attributes = '', index } = chance.pick(leaves)
  const around = (middle: string) => text.slice(0, index) + middle + text.slice(index + whole.length)
  const escaped = (value: string) => value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').toWellFormed()
  switch (chance.between(0, 6)) {
    case 0:
      return around('')
    case 1:
      return around(whole + whole)
    case 2:
      return around(`<${name}${attributes}>${escaped(awkwardText(chance, number))}</${name}>`)
    case 3:
      return around(`<${name}x>1</${name}x>`)
    case 4:
      return around(whole.repeat(chance.pick([3, 60, 500])))
    case 5:
      return around(`<${name} ${Array.from({ length: chance.pick([1, 40]) }, (_, n) => `a${n}="${n}"`).join(' ')}>1</${name}>`)
    default:
      return around(`<${name}>${whole}</${name}>`)
  }
}

function changeText(text: string, chance: Chance, number: number): string {
  const body = text.replace(declaration, '')
  const at = chance.between(0, text.length)
  switch (chance.between(0, 8)) {
    case 0:
      return `<?xml version="1.0" encoding="UTF-8"?>${chance.pick(doctypes)}${body}`
    case 1:
      return text.slice(0, at) + chance.pick(insertions) + text.slice(at)
    case 2: {
      const depth = chance.pick([50, 63, 70, 5_000])
      return text.slice(0, at) + '<d>'.repeat(depth) + '</d>'.repeat(chance.happens(0.5) ? depth : 0) + text.slice(at)
    }
    case 3:
      return `<?xml version="${chance.pick(['1.0', '1.1', '9'])}" encoding="${chance.pick(encodings)}"?>${body}`
    case 4:
      return text.replace(
        /xmlns="[^"]*"/,
        chance.pick(['', 'xmlns="urn:x"', 'xmlns="urn:iso:std:iso:20022:tech:xsd:camt.056.001.99"', 'xmlns:p="urn:x"']),
      )
    default:
      return changeElement(text, chance, number)
  }
}

function encoded(text: string, chance: Chance): XmlBody {
  const roll = chance.next()
  if (roll < 0.85) return { bytes: Buffer.from(text) }
  const declared = text.replace(declaration, '<?xml version="1.0" encoding="UTF-16"?>')
  const little = Buffer.from(declared, 'utf16le')
  const even = little.subarray(0, little.length - (little.length % 2))
  if (roll < 0.89) return { bytes: Buffer.concat([Buffer.from([0xff, 0xfe]), even]), charset: 'utf-16' }
  if (roll < 0.93) return { bytes: Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(even).swap16()]), charset: 'utf-16be' }
  if (roll < 0.95) return { bytes: even, charset: 'utf-16le' }
  if (roll < 0.97) return { bytes: Buffer.from(text, 'latin1'), charset: 'iso-8859-1' }
  return { bytes: Buffer.from(text), charset: chance.pick(encodings) }
}

/** A message with this many changes to its elements, text or bytes. */
export function mutatedXml(text: string, chance: Chance, number: number, changes: number, others: readonly Buffer[]): XmlBody {
  if (chance.happens(0.3)) return { bytes: mutatedBytes(Buffer.from(text), chance, changes, others) }
  let changed = text
  for (let n = 0; n < changes; n++) changed = changeText(changed, chance, number)
  return encoded(changed, chance)
}
