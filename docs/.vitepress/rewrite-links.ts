import { existsSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

const docs = join(import.meta.dirname, '..')
const root = join(docs, '..')

/** A folder with an overview: README.md on GitHub, index.md on the site. */
export const asIndex = (path: string): string => path.replace(/(^|\/)README\.md$/, '$1index.md')

/**
 * The address on the site for a link as it works on GitHub. `undefined` if its target is not on the site: a test, a
 * package or another file of the repository. `page` is the path of the page that contains the link.
 */
export function siteLink(page: string, link: string): string | undefined {
  const [path = '', anchor] = link.split('#')
  if (path === '' || /^[a-z]+:/i.test(link)) return link
  // The site includes ARCHITECTURE.md in a page of `docs`, so its links start at the root.
  const target = [dirname(page), root].map(folder => join(folder, decodeURI(path))).find(each => existsSync(each))
  const isPage = target?.startsWith(`${docs}/`) && target.endsWith('.md') && statSync(target).isFile()
  if (target === undefined || !isPage) return undefined
  const address = relative(dirname(page), asIndex(target))
  return anchor === undefined ? address : `${address}#${anchor}`
}

/** The anchor of a heading as GitHub makes it, so that a link works in both places. */
export const githubAnchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-')
