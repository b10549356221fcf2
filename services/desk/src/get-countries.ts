import { listedCountries } from '@holdfast/countries'
import { callerOf, sendRefusal } from '@holdfast/http'
import type { ServiceContext } from '@holdfast/service-kit'
import type { DeskWorld } from './desk-world.ts'

/**
 * For any member. `GET /v1/countries`: every country that can receive requests, with its region. `GET
 * /v1/countries/CC`: the clocks and working days of one, as they count for its deadlines.
 */
export function getCountries({ http, profilesOf, clock }: ServiceContext, { workflows }: Pick<DeskWorld, 'workflows'>): void {
  const countries = listedCountries()
  const known = workflows.map(({ workflow }) => ({ workflow, profiles: profilesOf(workflow) }))

  http.get('/v1/countries', { config: { forUnits: true } }, async (request, reply) => {
    callerOf(request)
    return reply.send({ countries })
  })

  http.get<{ Params: { country: string } }>('/v1/countries/:country', { config: { forUnits: true } }, async (request, reply) => {
    callerOf(request)
    const { country } = request.params
    const [view] = known.flatMap(({ workflow, profiles }) => workflow.viewOfCountry(profiles, country, clock.now()) ?? [])
    return view
      ? reply.send(view)
      : sendRefusal(reply, {
          code: 'NOT_FOUND',
          message: 'No country with this code can receive requests. GET /v1/countries lists the countries.',
        })
  })
}
