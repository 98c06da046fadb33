/**
 * The types of `<conn-lint>`, the widget for other pages. Its script comes from where the built page is, not from here.
 *
 *     /// <reference types="connlint/element" />
 */

import type { Driver, Settings, Target } from "./index.js";

/** The attributes, as templates and JSX write them; one that is on or off is on where it is present. */
export interface ConnLintAttributes {
  /** The product that strings are for. */
  target?: Target;
  /** The client library that will read them. */
  driver?: Driver;
  /** The probes that may be asked, with blanks between them. */
  probe?: string;
  /** No connection test, whatever the page's settings say. */
  "no-probe"?: "";
  /** An example to be looked at, not a box to type into. */
  readonly?: "";
  /** Its colours; `auto` follows the page. */
  theme?: "auto" | "light" | "dark";
  /** The language. */
  lang?: "en";
  /** What the team asks of its strings: {@link ConnLintSettings} as JSON. */
  policy?: string;
}

/** The settings of a widget, or of all on a page in `<script type="application/json" id="connlint-config">`. */
export interface ConnLintSettings extends Settings {
  /** The probes that may be asked. */
  probe?: string | string[];
  /** Your own pages, for a code or a group. */
  runbooks?: Record<string, string>;
}

/** What is told of a text that was checked; never the text. */
export interface ConnLintChange {
  codes: string[];
  counts: { error: number; warning: number; info: number };
}

/** The events. All of them bubble, also out of other shadow trees. */
export interface ConnLintEventMap {
  /** The checks are there. */
  "connlint-ready": CustomEvent<null>;
  /** A text was checked. */
  "connlint-change": CustomEvent<ConnLintChange>;
  /** The checks did not load, or the settings are wrong. */
  "connlint-error": CustomEvent<{ message: string }>;
}

/** `<conn-lint>`. */
export interface ConnLintElement extends HTMLElement {
  /** The text; it is never an attribute. */
  value: string;
}

declare global {
  interface HTMLElementTagNameMap {
    "conn-lint": ConnLintElement;
  }
  interface GlobalEventHandlersEventMap extends ConnLintEventMap {}
}
