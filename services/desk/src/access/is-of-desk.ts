import { doesWork, generalSecretariat, type MemberActor } from '@holdfast/schemas'

/** Whether somebody is of the desk of a country: not of a specialised unit that reads what is shared with it, nor of the General Secretariat. */
export const isOfDesk = ({ country, role, unit }: MemberActor & { readonly unit?: string | undefined }): boolean =>
  doesWork(role) && unit === undefined && country !== generalSecretariat
