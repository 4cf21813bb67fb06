/** Results of on-board monitoring: service 06 (J1979, on CAN), 22 F6mm (J1979-2), service 05 (older cars). */
export interface MonitorResult {
  readonly unit: string | null;
  /** Number of the monitor (OBDMID); of the oxygen sensor in service 05. */
  readonly mid: number;
  readonly monitor: string;
  /** Number of the test (TID). */
  readonly tid: number;
  readonly test: string | null;
  /** Unit of value, min and max; null when the scaling is not known: then they are the raw numbers. */
  readonly measure: string | null;
  readonly value: number;
  readonly min: number | null;
  readonly max: number | null;
  /** Is the value between both limits? */
  readonly passed: boolean;
}
