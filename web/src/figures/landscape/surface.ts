/** The landscape as a surface that can be turned. The only file that loads three.js. */
import {
  BufferAttribute,
  BufferGeometry,
  CatmullRomCurve3,
  Color,
  DoubleSide,
  Line,
  LineBasicMaterial,
  Mesh,
  MeshBasicMaterial,
  PerspectiveCamera,
  PlaneGeometry,
  Scene,
  SphereGeometry,
  SRGBColorSpace,
  TubeGeometry,
  Vector3,
  WebGLRenderer,
} from "three";
import { type Rgb, token } from "../../look/colour";
import { shade } from "./contour";
import { relief, type Terrain } from "./terrain";

const TALL = 0.55; // of the sides, which are 1
const TURN = Math.PI / 24;

export class Surface {
  private readonly scene = new Scene();
  private readonly camera = new PerspectiveCamera(35, 1, 0.1, 20);
  private azimuth = Math.PI / 5;
  private elevation = Math.PI / 5;
  private distance = 2.3;
  private dragged: readonly [number, number] | null = null;

  private constructor(
    readonly canvas: HTMLCanvasElement,
    private readonly renderer: WebGLRenderer,
  ) {
    canvas.addEventListener("pointerdown", this.down);
    canvas.addEventListener("pointermove", this.moved);
    canvas.addEventListener("pointerup", this.up);
    canvas.addEventListener("wheel", this.wheeled, { passive: false });
  }

  /** None where the browser cannot draw in three dimensions. */
  static on(canvas: HTMLCanvasElement): Surface | null {
    try {
      return new Surface(canvas, new WebGLRenderer({ canvas, antialias: true, alpha: true }));
    } catch {
      return null;
    }
  }

  show(known: Terrain): void {
    this.clear();
    const heights = relief(known);
    this.scene.add(ground(known, heights), ...grid(known, heights), ...path(known, heights));
    this.render();
  }

  render(): void {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (!width || !height) return;
    this.renderer.setPixelRatio(devicePixelRatio);
    this.renderer.setSize(width, height, false);
    this.camera.aspect = width / height;
    this.camera.updateProjectionMatrix();
    const flat = Math.cos(this.elevation) * this.distance;
    this.camera.position.set(
      flat * Math.sin(this.azimuth),
      Math.sin(this.elevation) * this.distance + TALL / 2,
      flat * Math.cos(this.azimuth),
    );
    this.camera.lookAt(0, TALL / 2 - 0.1, 0);
    this.renderer.render(this.scene, this.camera);
  }

  /** Turn by a key. Whether it was one of ours. */
  key(key: string): boolean {
    const turns: Record<string, readonly [number, number, number]> = {
      ArrowLeft: [-TURN, 0, 1],
      ArrowRight: [TURN, 0, 1],
      ArrowUp: [0, TURN, 1],
      ArrowDown: [0, -TURN, 1],
      "+": [0, 0, 0.9],
      "-": [0, 0, 1 / 0.9],
    };
    const turn = turns[key];
    if (turn) this.turn(...turn);
    return turn !== undefined;
  }

  dispose(): void {
    this.clear();
    this.canvas.removeEventListener("pointerdown", this.down);
    this.canvas.removeEventListener("pointermove", this.moved);
    this.canvas.removeEventListener("pointerup", this.up);
    this.canvas.removeEventListener("wheel", this.wheeled);
    this.renderer.dispose();
    this.renderer.forceContextLoss(); // a browser lends few contexts at once
  }

  private turn(azimuth: number, elevation: number, nearer: number): void {
    this.azimuth += azimuth;
    this.elevation = Math.min(1.5, Math.max(0.05, this.elevation + elevation));
    this.distance = Math.min(6, Math.max(1, this.distance * nearer));
    this.render();
  }

  private clear(): void {
    for (const child of [...this.scene.children]) {
      const { geometry, material } = child as Mesh<BufferGeometry, MeshBasicMaterial>;
      geometry.dispose();
      material.dispose();
      this.scene.remove(child);
    }
  }

  private readonly down = (event: PointerEvent): void => {
    this.canvas.setPointerCapture(event.pointerId);
    this.dragged = [event.clientX, event.clientY];
  };

  private readonly moved = (event: PointerEvent): void => {
    if (!this.dragged) return;
    const [x, y] = this.dragged;
    this.dragged = [event.clientX, event.clientY];
    this.turn((x - event.clientX) / 150, (event.clientY - y) / 150, 1);
  };

  private readonly up = (): void => {
    this.dragged = null;
  };

  // the wheel turns the page elsewhere; here it does so too, unless Ctrl (or a pinch) asks for the surface
  private readonly wheeled = (event: WheelEvent): void => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    this.turn(0, 0, event.deltaY > 0 ? 1.1 : 0.9);
  };
}

const coloured = ([r, g, b]: Rgb) => new Color().setRGB(r / 255, g / 255, b / 255, SRGBColorSpace);

function ground({ rows, columns }: Terrain, heights: Float32Array): Mesh {
  const plane = new PlaneGeometry(1, 1, columns - 1, rows - 1).rotateX(-Math.PI / 2);
  const places = plane.attributes.position as BufferAttribute;
  const colours = new Float32Array(places.count * 3);
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) {
      const vertex = (rows - 1 - r) * columns + c; // a plane's first row is its farthest
      const height = heights[r * columns + c]!;
      places.setY(vertex, height * TALL);
      coloured(shade(0.15 + 0.85 * height)).toArray(colours, vertex * 3);
    }
  plane.setAttribute("color", new BufferAttribute(colours, 3));
  const material = new MeshBasicMaterial({ vertexColors: true, side: DoubleSide, polygonOffset: true });
  material.polygonOffsetFactor = material.polygonOffsetUnits = 1;
  return new Mesh(plane, material);
}

// some of the grid's own lines, so that the form is seen without a lamp
function grid({ rows, columns }: Terrain, heights: Float32Array): Line[] {
  const every = Math.max(1, Math.round(Math.max(rows, columns) / 20));
  let points: number[] = [];
  const at = (r: number, c: number) =>
    points.push(c / (columns - 1) - 0.5, heights[r * columns + c]! * TALL + 0.001, 0.5 - r / (rows - 1));
  for (let r = 0; r < rows; r += every)
    for (let i = 0; i < columns; i++) at(r, (r / every) % 2 ? columns - 1 - i : i); // there and back: one line
  const along = line(points, token("ink"), 0.25);
  points = [];
  for (let c = 0; c < columns; c += every)
    for (let i = 0; i < rows; i++) at((c / every) % 2 ? rows - 1 - i : i, c);
  return [along, line(points, token("ink"), 0.25)];
}

// a tube, as lines of WebGL are one pixel wide
function path({ path: places, across, up, rows, columns }: Terrain, heights: Float32Array): Mesh[] {
  const every = Math.max(1, Math.ceil(places.length / 500));
  const points = places
    .filter((_, i) => i % every === 0 || i === places.length - 1)
    .map(([a, b]) => {
      const x = (a - across[0]!) / (across.at(-1)! - across[0]!);
      const z = (b - up[0]!) / (up.at(-1)! - up[0]!);
      const height = bilinear(heights, rows, columns, z * (rows - 1), x * (columns - 1));
      return new Vector3(x - 0.5, height * TALL + 0.006, 0.5 - z);
    });
  if (points.length < 2) return [];
  const tube = new TubeGeometry(new CatmullRomCurve3(points), points.length, 0.005, 6);
  const end = new SphereGeometry(0.015).translate(...points.at(-1)!.toArray());
  const pen = (name: string) => new MeshBasicMaterial({ color: coloured(token(name)) });
  return [new Mesh(tube, pen("step")), new Mesh(end, pen("ink"))];
}

function line(points: readonly number[], colour: Rgb, opacity: number): Line {
  const geometry = new BufferGeometry();
  geometry.setAttribute("position", new BufferAttribute(Float32Array.from(points), 3));
  return new Line(
    geometry,
    new LineBasicMaterial({ color: coloured(colour), opacity, transparent: opacity < 1 }),
  );
}

function bilinear(heights: Float32Array, rows: number, columns: number, r: number, c: number): number {
  const [r0, c0] = [
    Math.min(rows - 2, Math.max(0, Math.floor(r))),
    Math.min(columns - 2, Math.max(0, Math.floor(c))),
  ];
  const at = (dr: number, dc: number) => heights[(r0 + dr) * columns + c0 + dc]!;
  const [fr, fc] = [r - r0, c - c0];
  return (at(0, 0) * (1 - fc) + at(0, 1) * fc) * (1 - fr) + (at(1, 0) * (1 - fc) + at(1, 1) * fc) * fr;
}
