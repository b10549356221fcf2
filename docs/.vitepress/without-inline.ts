// The engine serves the site under a policy that allows neither inline scripts nor inline styles. So what VitePress
// writes inline goes to files and classes.

/** CSS by class, for the colours that code blocks use. */
const codeColors = new Map<string, string>()

/** A highlighted block with classes in place of style attributes. */
export const withClasses = (html: string): string =>
  html.replace(/ style="([^"]*)"/g, (_, style: string) => {
    const name = `c-${style.replace(/[^\w]+/g, '-').toLowerCase()}`
    codeColors.set(name, style)
    return ` data-color="${name}"`
  })

export const codeColorsCss = (): string => [...codeColors].map(([name, style]) => `[data-color="${name}"]{${style}}`).join('\n')

/** The scripts that a page has inline, in their order, and the page without them and without style attributes. */
export function withoutInline(html: string): { html: string; scripts: string[] } {
  const scripts: string[] = []
  const rest = html
    .replace(/<script(?: id="[^"]*")?>([\s\S]*?)<\/script>/g, (_, script: string) => {
      scripts.push(script)
      return ''
    })
    .replace(/(<[a-z][^<>]*?) style="[^"]*"/g, '$1')
  return { html: rest, scripts }
}
