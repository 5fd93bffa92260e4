/** What the page knows of the course: asked of the server, or written into a page that has none. Draws nothing. */
import { ask } from "../wire/api";

export interface Post {
  readonly number: string;
  readonly title: string;
  readonly summary: string;
  readonly planned: boolean;
  readonly minutes: number;
  readonly opened: boolean;
  readonly read: boolean;
  readonly exercises: readonly { readonly name: string; readonly title: string; readonly done: boolean }[];
}

export interface Module {
  readonly number: string;
  readonly title: string;
  readonly posts: readonly Post[];
}

export interface Course {
  readonly title: string;
  readonly modules: readonly Module[];
}

export interface Found {
  readonly kind: "post" | "section" | "question" | "term";
  readonly title: string;
  readonly text: string;
  readonly href: string;
  readonly score: number;
}

/** Whether there is a server behind the page: it says so in its head. */
export function served(page: Document = document): boolean {
  return standing(page) === "served";
}

/** Whether nothing lies beside the page: no home page, no glossary. */
export function alone(page: Document = document): boolean {
  return standing(page) === "alone";
}

function standing(page: Document): string | null | undefined {
  return page.querySelector('meta[name="loopscope"]')?.getAttribute("content");
}

/** The tree of modules and posts; of a page without a server the one that stands in it. */
export function course(): Promise<Course> {
  const written = document.getElementById("course")?.textContent;
  return written ? Promise.resolve(JSON.parse(written) as Course) : ask<Course>("course");
}

export async function find(query: string, signal?: AbortSignal): Promise<readonly Found[]> {
  if (!served()) return (await import("./offline")).findOffline(query);
  const path = `course/search?q=${encodeURIComponent(query)}`;
  return (await ask<{ results: Found[] }>(path, signal ? { signal } : {})).results;
}

/** How far a reader is with a post, in words. */
export function progress(post: Post): string {
  if (post.planned) return "planned";
  const done = post.exercises.filter((each) => each.done).length;
  const all = post.exercises.length;
  const exercises = all ? `${done} of ${all} exercises` : "";
  const words = [post.read ? "read" : post.opened ? "begun" : "", done || post.opened ? exercises : ""];
  return words.filter(Boolean).join(", ");
}

/** The post to go on with: the first that is there and not read to its end. */
export function next(course: Course): Post | undefined {
  return course.modules.flatMap((module) => module.posts).find((post) => !post.planned && !post.read);
}
