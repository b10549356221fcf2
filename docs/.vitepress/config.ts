import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type DefaultTheme, defineConfig } from 'vitepress'
import { docsPages } from '../pages.ts'
import { asIndex, githubAnchor, siteLink } from './rewrite-links.ts'
import { languages } from './texts.ts'
import { codeColorsCss, withClasses, withoutInline } from './without-inline.ts'

/** The engine serves the site here. */
const base = '/docs/'
const inlineScripts = new Set<string>()

export default defineConfig({
  base,
  title: 'Holdfast',
  description: 'An open engine for payment stops between countries.',
  rewrites: asIndex,
  lastUpdated: false,
  // By default the theme adds an inline style while it changes from light to dark.
  appearance: { disableTransition: false },
  metaChunk: true,
  locales: {
    root: { label: 'English', lang: 'en' },
    ...Object.fromEntries(
      languages.map(({ code, label, dir, ...theme }) => [code, { label, lang: code, dir, link: `/${code}/`, themeConfig: theme }]),
    ),
  },
  head: [
    ['link', { rel: 'stylesheet', href: `${base}code-colors.css` }],
    ['script', { src: `${base}inline.js` }],
  ],
  themeConfig: {
    sidebar: sidebar(),
    outline: [2, 3],
    search: {
      provider: 'local',
      options: {
        locales: Object.fromEntries(languages.map(({ code, search }) => [code, { translations: search }])),
        // Decisions are background: search finds pages.
        _render: (text, env, md) => (env.relativePath.startsWith('adr/') ? '' : md.render(text, env)),
      },
    },
  },
  markdown: {
    anchor: { slugify: githubAnchor },
    config(md) {
      const { highlight } = md.options
      md.options.highlight = (code, language, attributes) => withClasses(highlight?.(code, language, attributes) ?? '')

      md.core.ruler.push('repository-links', state => {
        for (const { children } of state.tokens) {
          let isText = false
          for (const token of children ?? []) {
            if (token.type === 'link_open' && token.attrGet('class') !== 'header-anchor') {
              const link = token.attrGet('href') ?? ''
              const address = siteLink(state.env.realPath ?? state.env.path, link)
              isText = address === undefined
              if (address === undefined) {
                token.type = 'html_inline'
                token.content = `<span class="in-repository" title="${md.utils.escapeHtml(link)}">`
              } else token.attrSet('href', address)
            } else if (token.type === 'link_close' && isText) {
              token.type = 'html_inline'
              token.content = '</span>'
              isText = false
            }
          }
        }
        for (const token of state.tokens) {
          const alignment = /text-align:(\w+)/.exec(token.attrGet('style') ?? '')?.[1]
          if (alignment !== undefined) {
            token.attrs = (token.attrs ?? []).filter(([name]) => name !== 'style')
            token.attrJoin('class', `align-${alignment}`)
          }
        }
      })
    },
  },
  vite: {
    // This esbuild is older than the target of the repository's tsconfig.
    esbuild: { tsconfigRaw: {} },
    plugins: [
      {
        name: 'one-search-index',
        enforce: 'pre',
        // The pages are in English, so search finds them from a start page in any language.
        resolveId: id => (languages.some(({ code }) => id === `@localSearchIndex${code}`) ? '/@localSearchIndexroot' : undefined),
      },
    ],
  },
  transformHtml(html) {
    const page = withoutInline(html)
    for (const script of page.scripts) inlineScripts.add(script)
    return page.html
  },
  buildEnd({ outDir }) {
    writeFileSync(join(outDir, 'inline.js'), [...inlineScripts].join('\n'))
    writeFileSync(join(outDir, 'code-colors.css'), codeColorsCss())
  },
})

function sidebar(): DefaultTheme.SidebarItem[] {
  const pages = docsPages()
  const areas = [...new Set(pages.map(({ area }) => area))]
  const items = areas.map(area => ({
    text: `${area.charAt(0).toUpperCase()}${area.slice(1)}`,
    collapsed: true,
    items: pages.filter(page => page.area === area).map(({ title, path }) => ({ text: title.replaceAll('`', ''), link: `/${path}` })),
  }))
  const overviews: Readonly<Record<string, DefaultTheme.SidebarItem[]>> = {
    Reference: [{ text: 'Test vectors', link: '/vectors/' }],
    Contributing: [{ text: 'Decisions', link: '/adr/' }],
  }
  return items.map(item => ({ ...item, items: [...item.items, ...(overviews[item.text] ?? [])] }))
}
