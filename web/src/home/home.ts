/** `<ls-home>`: the course by module, the lab, the latest runs. Knows no post from inside. */
import { html, LitElement, nothing } from "lit";
import { customElement, state } from "lit/decorators.js";
import "../course/masthead";
import "../course/search";
import { type Course, course, type Module, next, type Post, progress, served } from "../course/course";
import { shared } from "../look/shared";
import { home } from "./home-style";
import "./latest-runs";

const elsewhere = html`<aside aria-label="on your own computer">
  <section aria-labelledby="yours">
    <h2 id="yours">On your own computer</h2>
    <p>
      These pages show recordings of real runs. With loopscope installed, <code>loopscope lab</code> opens them where
      figures train as you change them, code cells run and exercises are checked.
    </p>
  </section>
</aside>`;

@customElement("ls-home")
export class Home extends LitElement {
  static override styles = [shared, home];
  @state() private course: Course | null = null;
  @state() private failure = "";

  override connectedCallback(): void {
    super.connectedCallback();
    void this.begin();
  }

  private async begin(): Promise<void> {
    try {
      this.course = await course();
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
    }
  }

  protected override render() {
    return html`
      <ls-masthead><a href="index.html" aria-current="page">loopscope</a></ls-masthead>
      <main>
        <header>
          <h1>${this.course?.title ?? "Learn the training loop"}</h1>
          <ls-search role="search"></ls-search>
        </header>
        <div class="columns">
          <div class="course">${this.lessons()}</div>
          ${served() ? this.beside() : elsewhere}
        </div>
      </main>
    `;
  }

  private lessons() {
    if (this.failure) return html`<p class="trouble" role="alert">${this.failure}</p>`;
    if (!this.course) return html`<p class="soft" role="status">Reading the course …</p>`;
    const now = next(this.course);
    return this.course.modules.map((module) => this.module(module, now));
  }

  private module(module: Module, now: Post | undefined) {
    return html`<section aria-labelledby=${`module-${module.number}`}>
      <h2 id=${`module-${module.number}`}>${module.number}. ${module.title}</h2>
      <ol>${module.posts.map((post) => this.post(post, post === now))}</ol>
    </section>`;
  }

  private post(post: Post, now: boolean) {
    const words = progress(post);
    return html`<li class=${post.planned ? "planned" : post.read ? "read" : ""}>
      <span class="number">${post.number}</span>
      <div>
        ${post.planned ? html`<span class="title">${post.title}</span>` : this.link(post)}
        ${post.summary ? html`<p>${post.summary}</p>` : nothing}
        <p class="facts">
          ${post.planned ? "planned" : html`${post.minutes} min${words ? html` · ${words}` : nothing}`}
          ${
            now
              ? html`<a class="on" href=${`${post.number}.html`} aria-label=${`Go on with ${post.number}`}>
                ${post.opened ? "go on" : "begin here"}</a>`
              : nothing
          }
        </p>
      </div>
    </li>`;
  }

  private link(post: Post) {
    return html`<a class="title" href=${`${post.number}.html`}>${post.title}</a>`;
  }

  private beside() {
    return html`<aside aria-label="lab and runs">
      <section aria-labelledby="lab">
        <h2 id="lab">The lab</h2>
        <p>Watch a loop learn: stop inside a batch, change what you like, go back in time.</p>
        <a class="button" href="lab.html">Open the lab</a>
      </section>
      <ls-latest-runs></ls-latest-runs>
    </aside>`;
  }
}
