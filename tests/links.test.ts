import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, extname, join, relative } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
/** Generated or downloaded folders. */
const foreign = /^(\..*|node_modules|reports|results|libs.*)$/

function pagesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    if (foreign.test(entry.name)) return []
    const path = join(folder, entry.name)
    return entry.isDirectory() ? pagesUnder(path) : entry.name.endsWith('.md') ? [path] : []
  })
}

/** A page without its code: code contains no links and no headings. */
const proseOf = (text: string): string => text.replace(/^```.*?^```/gms, '').replace(/`[^`\n]*`/g, code => code.replace(/[[\]()]/g, ' '))

/** Links to files and headings of this project, as written. */
const linksIn = (text: string): string[] =>
  [...proseOf(text).matchAll(/\]\(([^()\s]+)(?: "[^"]*")?\)/g)].map(([, target = '']) => target).filter(target => !/^[a-z]+:/.test(target))

/** The anchors of a page: its headings as GitHub names them, and elements with an id. */
function anchorsIn(text: string): Set<string> {
  const anchors = new Set([...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id))
  for (const [, heading = ''] of text.replace(/^```.*?^```/gms, '').matchAll(/^#{1,6} +(.+)$/gm)) {
    const words = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
    const slug = words.replace(/[^\p{L}\p{M}\p{N}_ -]/gu, '').replaceAll(' ', '-')
    let anchor = slug
    for (let times = 1; anchors.has(anchor); times++) anchor = `${slug}-${times}`
    anchors.add(anchor)
  }
  return anchors
}

const pages = pagesUnder(root)

test('every link of every page leads to an existing file and heading', () => {
  expect(pages.length).toBeGreaterThan(100)
  const anchorsOf = new Map(pages.map(page => [page, anchorsIn(readFileSync(page, 'utf8'))]))
  const broken = pages.flatMap(page =>
    linksIn(readFileSync(page, 'utf8')).flatMap(link => {
      const [path = '', anchor] = link.split('#')
      const target = path === '' ? page : join(dirname(page), path)
      const isThere = existsSync(target) && (anchor === undefined || extname(target) !== '.md' || anchorsOf.get(target)?.has(anchor))
      return isThere ? [] : [`${relative(root, page)}: ${link}`]
    }),
  )
  expect(broken).toEqual([])
})

test('a link in code is ignored, and a heading has GitHub’s anchor', () => {
  const page =
    '# What it’s *for*\n\n## `a` and [b](c.md)\n\n## `a` and b\n\n```sh\n# no [link](x.md)\n```\n\n`[x](y.md)` [here](z.md#a "t") [w](https://w.org) <a id="own"></a> [s](#own)\n'
  expect([...anchorsIn(page)]).toEqual(['own', 'what-its-for', 'a-and-b', 'a-and-b-1'])
  expect(linksIn(page)).toEqual(['c.md', 'z.md#a', '#own'])
})
