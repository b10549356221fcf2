import { callerOf, sendRefusal } from '@holdfast/http'
import { listedCountries, viewOfCountry } from '@holdfast/profiles'
import type { ServiceContext } from '@holdfast/service-kit'

/**
 * `GET /v1/countries`: every country that requests can be sent to, with its region. `GET /v1/countries/CC`: by which clocks and on which days one works, as its deadlines are counted.
 * For any member.
 */
export function getCountries({ http, profiles, clock }: ServiceContext): void {
  const countries = listedCountries()

  http.get('/v1/countries', { config: { forUnits: true } }, async (request, reply) => {
    callerOf(request)
    return reply.send({ countries })
  })

  http.get<{ Params: { country: string } }>('/v1/countries/:country', { config: { forUnits: true } }, async (request, reply) => {
    callerOf(request)
    const view = viewOfCountry(request.params.country, profiles, clock.now())
    return view
      ? reply.send(view)
      : sendRefusal(reply, {
          code: 'NOT_FOUND',
          message: 'no request can be sent to a country with this code: GET /v1/countries lists them',
        })
  })
}
