/**
 * The time zone of a country's deadlines: that of its capital, by its name in the IANA database. UTC for an unknown code. A
 * profile file can set another one.
 */
export const timeZoneOf = (country: string): string => timeZones.get(country) ?? 'UTC'

/** Members and sub-bureaus, by area of the IANA time zone database. */
const citiesByArea = {
  Africa: `
    AO Luanda, BF Ouagadougou, BI Bujumbura, BJ Porto-Novo, BW Gaborone, CD Kinshasa, CF Bangui, CG Brazzaville, CI Abidjan,
    CM Douala, DJ Djibouti, DZ Algiers, EG Cairo, ER Asmara, ET Addis_Ababa, GA Libreville, GH Accra, GM Banjul, GN Conakry,
    GQ Malabo, GW Bissau, KE Nairobi, LR Monrovia, LS Maseru, LY Tripoli, MA Casablanca, ML Bamako, MR Nouakchott, MW Blantyre,
    MZ Maputo, NA Windhoek, NE Niamey, NG Lagos, RW Kigali, SD Khartoum, SL Freetown, SN Dakar, SO Mogadishu, SS Juba, ST Sao_Tome,
    SZ Mbabane, TD Ndjamena, TG Lome, TN Tunis, TZ Dar_es_Salaam, UG Kampala, ZA Johannesburg, ZM Lusaka, ZW Harare`,
  America: `
    AG Antigua, AI Anguilla, AR Argentina/Buenos_Aires, AW Aruba, BB Barbados, BO La_Paz, BR Sao_Paulo, BS Nassau, BZ Belize,
    CA Toronto, CL Santiago, CO Bogota, CR Costa_Rica, CU Havana, CW Curacao, DM Dominica, DO Santo_Domingo, EC Guayaquil,
    GD Grenada, GT Guatemala, GY Guyana, HN Tegucigalpa, HT Port-au-Prince, JM Jamaica, KN St_Kitts, KY Cayman, LC St_Lucia,
    MS Montserrat, MX Mexico_City, NI Managua, PA Panama, PE Lima, PR Puerto_Rico, PY Asuncion, SR Paramaribo, SV El_Salvador,
    SX Lower_Princes, TC Grand_Turk, TT Port_of_Spain, US New_York, UY Montevideo, VC St_Vincent, VE Caracas, VG Tortola`,
  Asia: `
    AE Dubai, AF Kabul, AM Yerevan, AZ Baku, BD Dhaka, BH Bahrain, BN Brunei, BT Thimphu, CN Shanghai, CY Nicosia, GE Tbilisi,
    HK Hong_Kong, ID Jakarta, IL Jerusalem, IN Kolkata, IQ Baghdad, IR Tehran, JO Amman, JP Tokyo, KG Bishkek, KH Phnom_Penh,
    KR Seoul, KW Kuwait, KZ Almaty, LA Vientiane, LB Beirut, LK Colombo, MM Yangon, MN Ulaanbaatar, MO Macau, MY Kuala_Lumpur,
    NP Kathmandu, OM Muscat, PH Manila, PK Karachi, PS Hebron, QA Qatar, SA Riyadh, SG Singapore, SY Damascus, TH Bangkok,
    TJ Dushanbe, TL Dili, TM Ashgabat, UZ Tashkent, VN Ho_Chi_Minh, YE Aden`,
  Atlantic: `BM Bermuda, CV Cape_Verde, IS Reykjavik`,
  Australia: `AU Sydney`,
  Europe: `
    AD Andorra, AL Tirane, AT Vienna, BA Sarajevo, BE Brussels, BG Sofia, BY Minsk, CH Zurich, CZ Prague, DE Berlin, DK Copenhagen,
    EE Tallinn, ES Madrid, FI Helsinki, FR Paris, GB London, GI Gibraltar, GR Athens, HR Zagreb, HU Budapest, IE Dublin, IT Rome,
    LI Vaduz, LT Vilnius, LU Luxembourg, LV Riga, MC Monaco, MD Chisinau, ME Podgorica, MK Skopje, MT Malta, NL Amsterdam, NO Oslo,
    PL Warsaw, PT Lisbon, RO Bucharest, RS Belgrade, RU Moscow, SE Stockholm, SI Ljubljana, SK Bratislava, SM San_Marino,
    TR Istanbul, UA Kyiv, VA Vatican`,
  Indian: `KM Comoro, MG Antananarivo, MU Mauritius, MV Maldives, SC Mahe`,
  Pacific: `
    AS Pago_Pago, FJ Fiji, FM Pohnpei, KI Tarawa, MH Majuro, NR Nauru, NZ Auckland, PG Port_Moresby, PW Palau, SB Guadalcanal,
    TO Tongatapu, VU Efate, WS Apia`,
}

const timeZones: ReadonlyMap<string, string> = new Map(
  Object.entries(citiesByArea).flatMap(([area, cities]) =>
    cities.split(',').map(entry => {
      const [country = '', city] = entry.trim().split(' ')
      return [country, `${area}/${city}`] as const
    }),
  ),
)
