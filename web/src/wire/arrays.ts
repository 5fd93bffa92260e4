/** Arrays as they stand on the wire, viewed as typed arrays without a copy where alignment allows. */

export type Numbers =
  | Float32Array
  | Float64Array
  | Int32Array
  | Uint8Array
  | Int8Array
  | Int16Array
  | Uint16Array;

/** An array of PyTorch's: row-major numbers and their shape. */
export interface Grid {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: Numbers;
}

type View = new (buffer: ArrayBuffer, offset: number, length: number) => Numbers;

const VIEWS: Record<string, View> = {
  "<f4": Float32Array,
  "<f8": Float64Array,
  "<i4": Int32Array,
  "<i2": Int16Array,
  "<u2": Uint16Array,
  "|u1": Uint8Array,
  "|i1": Int8Array,
  "|b1": Uint8Array,
};

/** `[dtype, shape, bytes]` as a grid. 64-bit integers become doubles, exact up to 2**53. */
export function grid([dtype, shape, bytes]: [string, number[], Uint8Array]): Grid {
  if (dtype === "<i8" || dtype === "<u8") return { dtype, shape, data: longs(bytes) };
  const view = VIEWS[dtype];
  if (view === undefined) throw new Error(`an array of type ${dtype} cannot be drawn`);
  const width = Number(dtype.slice(2));
  const aligned = bytes.byteOffset % width === 0 ? bytes : bytes.slice();
  return {
    dtype,
    shape,
    data: new view(aligned.buffer as ArrayBuffer, aligned.byteOffset, bytes.byteLength / width),
  };
}

function longs(bytes: Uint8Array): Float64Array {
  const copy = bytes.slice();
  return Float64Array.from(new BigInt64Array(copy.buffer), Number);
}

/** Replace every `{"__array__": …}` in a decoded message by a grid, in place. */
export function revive(value: unknown): unknown {
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) value[i] = revive(value[i]);
    return value;
  }
  if (value === null || typeof value !== "object" || ArrayBuffer.isView(value)) return value;
  const map = value as Record<string, unknown>;
  if ("__array__" in map) return grid(map.__array__ as [string, number[], Uint8Array]);
  for (const key of Object.keys(map)) map[key] = revive(map[key]);
  return map;
}
