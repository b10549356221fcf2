import { generalSecretariat, isWorkRole, type MemberActor } from '@holdfast/schemas'

/**
 * Whether a person belongs to a national desk: not to a specialised unit, which reads shared requests, nor to the
 * General Secretariat.
 */
export const isOfDesk = ({ country, role, unit }: MemberActor & { readonly unit?: string | undefined }): boolean =>
  isWorkRole(role) && unit === undefined && country !== generalSecretariat
