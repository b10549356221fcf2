import type { Problem, RefusalCode } from '@holdfast/schemas'
import { z } from 'zod'

/** A refusal as the engine sends it (RFC 9457): the code is for programs, title and detail are for people. */
export interface ProblemDetails {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  /** A newer engine may know codes that this client does not. */
  readonly code: RefusalCode | (string & {})
  /** Everything that is wrong with the document, if that is the reason. */
  readonly problems?: ReadonlyArray<Omit<Problem, 'code'> & { readonly code: Problem['code'] | (string & {}) }> | undefined
}

const problemDetailsSchema = z.object({
  type: z.string().default('about:blank'),
  title: z.string(),
  status: z.int(),
  detail: z.string().default(''),
  code: z.string(),
  problems: z.array(z.object({ code: z.string(), path: z.string(), message: z.string() })).optional(),
})

/** Undefined for anything but a refusal of the engine, such as the error page of a proxy. */
export function parseProblemDetails(contentType: string | null, body: string): ProblemDetails | undefined {
  if (!contentType?.startsWith('application/problem+json')) return undefined
  try {
    return problemDetailsSchema.safeParse(JSON.parse(body)).data
  } catch {
    return undefined
  }
}

/**
 * Thrown if the engine is unreachable, or the answer is not from an engine. Whether a request or command arrived is
 * then unknown: send it again with the same idempotency key.
 */
export class EngineUnreachableError extends Error {
  override readonly name = 'EngineUnreachableError'
}

/** Thrown by streams, which cannot return a refusal. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
  readonly problem: ProblemDetails
  constructor(problem: ProblemDetails) {
    super(problem.detail || problem.title)
    this.problem = problem
  }
}
