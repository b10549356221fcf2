import { avoided, type Kind, type Scope } from './avoided.ts'
import type { Figures } from './figures.ts'
import type { Finding } from './find-avoided.ts'

const scopes: readonly Scope[] = ['name', 'comment', 'string', 'doc', 'catalog']

/** How often each avoided wording stands where, as a table for each kind, with its sums. */
export function countsByScope(findings: readonly Finding[]): string {
  const countOf = (of: readonly Finding[]): (string | number)[] => [
    ...scopes.map(scope => of.filter(finding => finding.scope === scope).length),
    of.length,
  ]
  return (['term', 'label', 'phrase', 'word'] satisfies Kind[])
    .map(kind => {
      const ofKind = findings.filter(finding => finding.avoided.kind === kind)
      const rows = avoided
        .filter(each => each.kind === kind && each.pattern)
        .map(each => [each.wording, ...countOf(ofKind.filter(finding => finding.avoided === each))])
      return tableOf([kind, ...scopes, 'all'], [...rows, [`all ${kind}s`, ...countOf(ofKind)]])
    })
    .join('\n\n')
}

export const figuresTable = (pages: readonly (readonly [string, Figures])[]): string =>
  tableOf(
    ['page', 'sentences', 'median', '90th', 'longest', 'cells', 'longest cell'],
    pages.map(([page, each]) => [page, each.sentences, each.median, each.ninetieth, each.longest, each.cells, each.longestCell]),
  )

function tableOf(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const all = [head, ...rows].map(row => row.map(String))
  const widths = head.map((_, i) => Math.max(...all.map(row => row[i]?.length ?? 0)))
  return all.map(row => row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ')).join('\n')
}
