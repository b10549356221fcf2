import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Diagnostics } from 'recheck'
import type { Expression } from './find-expressions.ts'

/** Why an expression is refused. */
export interface Finding extends Expression {
  readonly why: string
}

type Key = string
export const keyOf = ({ pattern, flags }: Pick<Expression, 'pattern' | 'flags'>): Key => `/${pattern}/${flags}`

/**
 * Checks each expression once, on all processors. Returns those that can backtrack, and those that cannot be decided.
 */
export async function judge(expressions: readonly Expression[]): Promise<Finding[]> {
  const different = [...new Map(expressions.map(each => [keyOf(each), each])).values()]
  const whys = await whysOf(different)
  return expressions.flatMap(each => {
    const why = whys.get(keyOf(each))
    return why === undefined ? [] : [{ ...each, why }]
  })
}

async function whysOf(expressions: readonly Expression[]): Promise<ReadonlyMap<Key, string>> {
  const whys = new Map<Key, string>()
  const waiting = [...expressions]
  const count = Math.min(availableParallelism(), waiting.length)
  await Promise.all(
    Array.from({ length: count }, async () => {
      const worker = new Worker(new URL('./judge-worker.ts', import.meta.url))
      try {
        for (let next = waiting.shift(); next; next = waiting.shift()) {
          const why = whyRefused(await diagnosticsOf(worker, next))
          if (why !== undefined) whys.set(keyOf(next), why)
        }
      } finally {
        await worker.terminate()
      }
    }),
  )
  return whys
}

function diagnosticsOf(worker: Worker, { pattern, flags }: Expression): Promise<Diagnostics> {
  const { promise, resolve, reject } = Promise.withResolvers<Diagnostics>()
  worker.once('error', reject)
  worker.once('message', diagnostics => {
    worker.off('error', reject)
    resolve(diagnostics)
  })
  worker.postMessage({ pattern, flags })
  return promise
}

/** Also refuses an expression that the checker does not support, because its safety is unknown. */
function whyRefused(diagnostics: Diagnostics): string | undefined {
  if (diagnostics.status === 'safe') return undefined
  if (diagnostics.status === 'vulnerable') return `${diagnostics.complexity.summary}, such as on ${diagnostics.attack.pattern}`
  const { error } = diagnostics
  return `not judged (${error.kind}${'message' in error ? `: ${error.message}` : ''})`
}
