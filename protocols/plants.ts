/**
 * Position 11 of a VIN: where the car was built. Makers choose the letters themselves; these are the ones that they have
 * reported to NHTSA (vPIC, 49 CFR 565) and that meant the same town in every model year since 1996 and in every identifier
 * of the row. A letter that has moved (GM's L: Lansing, later San Luis Potosí) is left out.
 */
const PLANTS: readonly (readonly [identifiers: string, plants: string])[] = [
  [
    'WBA WBS WBX WBY WB5 4US 5UX 5UM 5YM 3MW WMW WMZ',
    'A Munich, F Munich, B Dingolfing, C Dingolfing, D Dingolfing, G Dingolfing, E Regensburg, 5 Regensburg, 7 Leipzig, T Oxford, 3 Born, W Graz, 8 San Luis Potosí, 9 Greer, 4 Manaus',
  ],
  [
    'WVW WVG WV1 WV2 1VW 1V2 3VW 3VV',
    'W Wolfsburg, E Emden, H Hannover, P Zwickau, 8 Dresden, K Osnabrück, A Ingolstadt, N Neckarsulm, S Stuttgart, D Bratislava, B Brussels, V Palmela, G Graz, M Puebla, C Chattanooga, R Windsor, 4 Curitiba',
  ],
  [
    'WAU WA1 WUA WU1 TRU',
    'A Ingolstadt, N Neckarsulm, 7 Heilbronn, P Zwickau, 1 Győr, D Bratislava, R Martorell, B Brussels, K Rheine, 2 San José Chiapa',
  ],
  ['WP0 WP1', 'S Stuttgart, L Leipzig, D Bratislava, K Osnabrück, U Uusikaupunki'],
  [
    'W1K W1N WDC WDD 4JG 55S',
    'F Bremen, J Rastatt, B Sindelfingen, N Kecskemét, X Graz, V Uusikaupunki, W Aguascalientes, U Vance, 1 Pune',
  ],
  [
    'YV1 YV4 LVY LYV 7JR',
    '1 Torslanda, 2 Ghent, J Uddevalla, F Born, B Chengdu, P Daqing, S Zhangjiakou, G Ridgeville',
  ],
  ['YSM LPS', 'B Chengdu, L Luqiao'],
  ['5YJ 7SA', 'F Fremont, A Austin'],
  ['7FC 7PD', 'N Normal'],
  ['SAL', 'A Solihull, H Halewood, 2 Nitra'],
  [
    '1NX 2T1 2T2 2T3 3TM 3TY 4T1 4T3 58A 5TB 5TD 5TE 5TF 5YF 7MU 7SV JTD JTE JTH JTJ JTM JTN JT2 JT3 JT4 JT6 JT8',
    'C Cambridge, W Woodstock, P Blue Springs, S Princeton, X San Antonio, Z Fremont, R Lafayette, M Tijuana, T Apaseo el Grande, 0 Toyota City, 5 Tahara, 6 Obu, D Obu, 9 Susono, Y Ota, K Hamura, 2 Miyawaka',
  ],
  [
    '19U 19V 19X 1HG 2HG 2HH 2HK 2HN 3CZ 3HG 5FN 5FP 5FR 5J6 5J8 5KB 7FA JHM JHL JH4 SHH SHS',
    'A Marysville, Y Marysville, L East Liberty, B Lincoln, E Greensburg, H Alliston, G El Salto, M Celaya, U Swindon, S Suzuka, C Sayama, X Yorii, T Takanezawa',
  ],
  [
    '1N4 1N6 3N1 3N6 3N8 3PC 5N1 5N3 JN1 JN8 JNK JNX',
    'C Smyrna, N Canton, L Aguascalientes, F Aguascalientes, Y Aguascalientes, A Sunderland, P Busan, T Yokosuka, Z Kyoto, U Zama, 4 Nagoya, 5 Musashimurayama',
  ],
  [
    '1FA 1FM 1FT 1FD 1LN 2FA 2FM 2LM 2LN 3FA 3FM 3FT 3LN 5LM 5LT',
    'G Chicago, L Wayne, F Dearborn, 5 Flat Rock, K Kansas City, U Louisville, R Hermosillo, M Cuautitlán, B Oakville, C Oakville, X Talbotville, D Avon Lake, Y Wixom, N Norfolk, T Edison, 4 Escobedo',
  ],
  [
    '1G1 1G2 1G4 1G6 2G1 2G2 2G4 2G6 3G1 3G4',
    '4 Orion, 5 Bowling Green, 7 Lordstown, F Kansas City, U Hamtramck, R Arlington, Y Wilmington, S Ramos Arizpe, G Gliwice, D Doraville, 8 Tillsonburg, K Kunsan',
  ],
  [
    '1GB 1GC 1GD 1GK 1GN 1GT 1GY 2GC 2GK 2GN 2GT 3GC 3GK 3GN 3GT 3GY 5GA',
    'R Arlington, G Silao, 2 Moraine, D Doraville, V Pontiac, H Mishawaka',
  ],
  [
    '1C3 1C4 1C6 2C3 2C4 3C4 3C6 1B3 1D7 1J4 1J8 2B3 2D4 3D7',
    'N Sterling Heights, D Belvidere, C Detroit, L Toledo, W Toledo, R Windsor, H Brampton, T Toluca, G Saltillo, F Newark',
  ],
  ['KMH KM8 KMU KMT 5NP 5NM 5NT', 'U Ulsan, A Asan, H Montgomery'],
  ['KNA KND 5XX 5XY 3KP', '5 Hwaseong, 6 Gwangmyeong, 7 Gwangju, J Gwangju, U Ulsan, E Pesquería'],
  ['4S3 4S4', '1 Lafayette, 3 Lafayette, 6 Lafayette, 7 Lafayette, 8 Lafayette, 9 Lafayette'],
  ['JM1 JM3 3MZ 3MV 7MM', '0 Hiroshima, 1 Hofu, M Salamanca, N Huntsville'],
];

/** Identifier and letter together (`5YJF`) → town. */
const BY_PLACE: ReadonlyMap<string, string> = new Map(
  PLANTS.flatMap(([identifiers, plants]) =>
    identifiers
      .split(' ')
      .flatMap((id) => plants.split(', ').map((p): [string, string] => [`${id}${p[0]}`, p.slice(2)])),
  ),
);

/** The town where this VIN was built; null where the table does not know. */
export function plantOf(vin: string): string | null {
  return BY_PLACE.get(`${vin.slice(0, 3)}${vin[10] ?? ''}`) ?? null;
}
