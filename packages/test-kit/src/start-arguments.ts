import { readFileSync } from 'node:fs'

/** What `npm run start -w services/NAME` gives Node before the module. Throws where that script starts something else. */
export function startArguments(name: string): string[] {
  const file = new URL(`../../../services/${name}/package.json`, import.meta.url)
  const { scripts } = JSON.parse(readFileSync(file, 'utf8')) as { readonly scripts: { readonly start: string } }
  const [program, ...words] = scripts.start.split(' ')
  if (program !== 'node' || words.pop() !== 'src/main.ts') throw new Error(`services/${name} is started by ${scripts.start}`)
  return words
}
