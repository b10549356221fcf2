import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, extname, join, relative } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
/** What is made or fetched, and none of ours. */
const foreign = /^(\..*|node_modules|reports|results|libs.*)$/

function pagesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    if (foreign.test(entry.name)) return []
    const path = join(folder, entry.name)
    return entry.isDirectory() ? pagesUnder(path) : entry.name.endsWith('.md') ? [path] : []
  })
}

/** A page without its examples: what stands in code is no link and no heading. */
const proseOf = (text: string): string => text.replace(/^```.*?^```/gms, '').replace(/`[^`\n]*`/g, code => code.replace(/[[\]()]/g, ' '))

/** Links to places of this project, as they are written. */
const linksIn = (text: string): string[] =>
  [...proseOf(text).matchAll(/\]\(([^()\s]+)(?: "[^"]*")?\)/g)].map(([, target = '']) => target).filter(target => !/^[a-z]+:/.test(target))

/** Where a page may be linked to: its headings as GitHub names them, and what has an id of its own. */
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

test('every link of every page leads to a file that is there, and to a heading that it has', () => {
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

test('a link in an example is none, and a heading is named as GitHub names it', () => {
  const page =
    '# What it’s *for*\n\n## `a` and [b](c.md)\n\n## `a` and b\n\n```sh\n# no [link](x.md)\n```\n\n`[x](y.md)` [here](z.md#a "t") [w](https://w.org) <a id="own"></a> [s](#own)\n'
  expect([...anchorsIn(page)]).toEqual(['own', 'what-its-for', 'a-and-b', 'a-and-b-1'])
  expect(linksIn(page)).toEqual(['c.md', 'z.md#a', '#own'])
})
