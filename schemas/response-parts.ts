import { z } from 'zod'

/** By published name. */
export type Responses = Readonly<Record<string, readonly [schema: z.ZodType, title: string, description: string]>>

/** Compiles only if each value of the engine's type fits the schema. */
export type Fits<Response, Schema extends z.ZodType> = Response extends z.input<Schema> ? true : never

export const text = z.string()
export const count = z.int().min(0)
export const nextCursor = text.optional()
