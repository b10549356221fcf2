import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { constants, gzipSync } from 'node:zlib'
import { preferredEncoding, sendRefusal, sendTagged, tagOf } from '@holdfast/http'
import type { ServiceContext } from '@holdfast/service-kit'

const folder = fileURLToPath(new URL('../../../../schemas/generated', import.meta.url))
const suffix = '.schema.json'
const mediaType = 'application/schema+json'
const open = { config: { open: true } } as const

interface Published {
  readonly text: string
  readonly tag: string
  /** Compressed once, on first demand: the endpoint is public, so no client may trigger it again. */
  packed?: Buffer
}

/**
 * `GET /v1/schemas`: the names of the JSON Schemas of all that the engine receives and sends; `GET /v1/schemas/NAME`:
 * one of them. They depend on the version only and reveal no data, so the endpoint is public.
 */
export function getSchemas({ http }: Pick<ServiceContext, 'http'>): void {
  const schemas = new Map(
    readdirSync(folder)
      .filter(file => file.endsWith(suffix))
      .sort()
      .map(file => {
        const text = readFileSync(join(folder, file), 'utf8')
        return [file.slice(0, -suffix.length), { text, tag: tagOf(text) } as Published]
      }),
  )
  const list = { schemas: [...schemas.keys()].map(name => ({ name, path: `/v1/schemas/${name}` })) }

  http.get('/v1/schemas', open, async (_request, reply) => reply.send(list))

  http.get<{ Params: { name: string } }>('/v1/schemas/:name', open, async (request, reply) => {
    const schema = schemas.get(request.params.name)
    if (!schema)
      return sendRefusal(reply, { code: 'NOT_FOUND', message: 'There is no schema with this name. GET /v1/schemas lists the names.' })
    reply.header('vary', 'accept-encoding')
    if (preferredEncoding(request, ['gzip']) !== 'gzip') return sendTagged(reply, schema.text, mediaType, schema.tag)
    schema.packed ??= gzipSync(schema.text, { level: constants.Z_BEST_COMPRESSION })
    return sendTagged(reply.header('content-encoding', 'gzip'), schema.packed, mediaType, schema.tag)
  })
}
