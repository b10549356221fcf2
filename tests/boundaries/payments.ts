import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { inTests } from './rules.ts'

// The core knows no workflow: no module of it imports a name of payments, also through other modules (ADR 71).

/** Modules of payment stops; those outside of `workflows/payment-stop` move there. */
const ofPayments = [
  /^workflows\/payment-stop\//,
  /^packages\/bank-simulator\//,
  /^services\/dispatch\/src\/answers\//,
  /^services\/desk\/src\/payment-stops\//,
  /^packages\/cli\/src\/payment-stops\//,
  /^packages\/desk-web\/src\/payment-stops\//,
]
/** They compose an engine or a client from the core and workflows. */
const roots = [
  /^services\/[^/]+\/src\/main\.ts$/,
  /^services\/standalone\//,
  /^packages\/cli\/src\/(main|program)\.ts$/,
  /^packages\/desk-web\/src\/(main|app\/router)\.tsx$/,
]
const isOfPayments = (file: string): boolean => ofPayments.some(pattern => pattern.test(file))

const isOfCore = (file: string): boolean =>
  /^(schemas|packages\/(?!test-kit\/)[^/]+|services\/[^/]+)\/src\//.test(file) &&
  !new RegExp(inTests).test(file) &&
  !isOfPayments(file) &&
  !roots.some(pattern => pattern.test(file))

/** A file of the core, and the names that it imports from modules of payments. */
export type PaymentImports = Readonly<Record<string, readonly string[]>>

/** Reads all names of payments that the core at `root` imports. */
export function findPaymentImports(root: string): PaymentImports {
  const reader = createReader(root)
  const files = globSync(['schemas/src/**/*.ts', 'packages/*/src/**/*.{ts,tsx}', 'services/*/src/**/*.ts'], { cwd: root })
  const found = files
    .filter(isOfCore)
    .sort()
    .map(file => [file, reader.paymentsIn(file)] as const)
  return Object.fromEntries(found.filter(([, names]) => names.length > 0))
}

/** One line for each name. */
export const refusePaymentImports = (found: PaymentImports): string[] =>
  Object.entries(found).flatMap(([file, names]) =>
    names.map(name => `core-knows-no-payments: ${file}: ${name} belongs to payment stops. Give it to the core from outside`),
  )

/** `import type { A, type B as C } from 'x'`, `export { A } from 'x'`, `export * from 'x'`, `import x from 'x'`, `import('x')`. */
const statement = /(?:^|\n)(?:import|export) (?:type )?(?:\{([^}]*)\}|\*(?: as \w+)?|[\w$]+) from '([^']+)'|\bimport\(\s*'([^']+)'\s*\)/g
const declaration = /(?:^|\n)export (?:declare )?(?:abstract )?(?:async )?(?:const|let|function\*?|class|interface|type|enum) (\w+)/g

interface Statement {
  /** Undefined: everything. */
  readonly names: readonly string[] | undefined
  readonly from: string
}

function createReader(root: string) {
  const texts = new Map<string, string>()
  const exportsOf = new Map<string, ReadonlyMap<string, string>>()

  function textOf(file: string): string {
    const text = texts.get(file) ?? readFileSync(join(root, file), 'utf8')
    texts.set(file, text)
    return text
  }

  const statementsIn = (file: string): Statement[] =>
    [...textOf(file).matchAll(statement)].map(([, names, from, later]) => ({
      names: names
        ?.split(',')
        .map(name =>
          name
            .trim()
            .replace(/^type /, '')
            .replace(/ as .*/, ''),
        )
        .filter(Boolean),
      from: from ?? later ?? '',
    }))

  /** The module of a relative import, or of a package's entry or subpath; undefined outside the workspace. */
  function resolve(file: string, from: string): string | undefined {
    if (from.startsWith('.')) return normalize(join(dirname(file), from))
    const [, name = '', subpath = ''] = /^@holdfast\/([^/]+)(\/.+)?$/.exec(from) ?? []
    const home = [`schemas`, `packages/${name}`, `services/${name}`, `workflows/${name}`].find(folder => isPackage(folder, name))
    if (!home) return undefined
    const { exports = {} } = JSON.parse(textOf(`${home}/package.json`)) as { exports?: Record<string, unknown> }
    const entry = exports[`.${subpath}`]
    return typeof entry === 'string' ? normalize(join(home, entry)) : undefined
  }

  const isPackage = (folder: string, name: string): boolean =>
    (folder === 'schemas') === (name === 'schemas') && existsSync(join(root, folder, 'package.json'))

  /** Where each exported name of a module is declared. */
  function declarationsOf(file: string): ReadonlyMap<string, string> {
    const known = exportsOf.get(file)
    if (known) return known
    const declared = new Map<string, string>()
    exportsOf.set(file, declared)
    if (!/\.tsx?$/.test(file) || !existsSync(join(root, file))) return declared
    for (const [, name = ''] of textOf(file).matchAll(declaration)) declared.set(name, file)
    for (const { names, from } of statementsIn(file)) {
      const source = resolve(file, from)
      if (!source) continue
      const theirs = declarationsOf(source)
      for (const name of names ?? theirs.keys()) declared.set(name, theirs.get(name) ?? source)
    }
    return declared
  }

  return {
    paymentsIn(file: string): string[] {
      const names = statementsIn(file).flatMap(({ names, from }) => {
        const source = resolve(file, from)
        if (!source) return []
        if (!names) return isOfPayments(source) ? [`* of ${from}`] : []
        const declared = declarationsOf(source)
        return names.filter(name => isOfPayments(declared.get(name) ?? source))
      })
      return [...new Set(names)].sort()
    },
  }
}
