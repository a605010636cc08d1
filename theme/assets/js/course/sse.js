/** Server-sent events, decoded as the text comes (WHATWG HTML 9.2.6), with each piece of a line named. Pure. */

/**
 * Names the pieces of an event stream: `field`, `colon`, `value`, `comment`, `newline`. A piece that is cut by the end
 * of a read is continued by the next.
 */
export class Fields {
  #at = "start"; // where in a line the next character stands: start, field, space, value, comment
  #return = false; // the last character was a CR: an LF that follows belongs to it

  /** The pieces of `text`, in order: `[{kind, text}]`. Their texts joined are `text`. */
  feed(text) {
    const pieces = [];
    const add = (kind, char) => {
      if (pieces.at(-1)?.kind === kind && kind !== "newline") pieces.at(-1).text += char;
      else pieces.push({ kind, text: char });
    };
    for (const char of text) {
      if (char === "\n" && this.#return) {
        this.#return = false;
        if (pieces.at(-1)?.kind === "newline") pieces.at(-1).text += char;
        else pieces.push({ kind: "rest", text: char }); // the CR came with an earlier read
        continue;
      }
      this.#return = char === "\r";
      add(this.#kind(char), char);
    }
    return pieces;
  }

  #kind(char) {
    if (char === "\r" || char === "\n") {
      this.#at = "start";
      return "newline";
    }
    if (this.#at === "start") this.#at = char === ":" ? "comment" : "field";
    else if (this.#at === "field" && char === ":") {
      this.#at = "space";
      return "colon";
    } else if (this.#at === "space") {
      this.#at = "value";
      if (char === " ") return "colon"; // one blank after the colon is not part of the value
    }
    return this.#at;
  }
}

/** What an event or a comment is called wherever one is named; `waterclock.timeline.marks` uses the same names. */
export function nameOf(found) {
  if ("comment" in found) return found.comment === "ping" ? "ping" : `comment ${found.comment}`.trim();
  return found.type === "message" ? "event" : `event ${found.type}`;
}

/** Events and comments from the text of a stream. */
export class Decoder {
  lastEventId = "";
  #fields = new Fields();
  #line = { field: "", value: "", comment: null };
  #type = "";
  #data = null;
  #first = true;

  /** What became complete with `text`: `{type, data, id}` for an event, `{comment}` for a comment. */
  feed(text) {
    const found = [];
    if (this.#first && text) {
      this.#first = false;
      if (text.startsWith("\uFEFF")) text = text.slice(1);
    }
    for (const piece of this.#fields.feed(text)) {
      if (piece.kind === "newline") this.#end(found);
      else if (piece.kind === "comment") this.#line.comment = (this.#line.comment ?? "") + piece.text;
      else if (piece.kind in this.#line) this.#line[piece.kind] += piece.text;
    }
    return found;
  }

  #end(found) {
    const { field, value, comment } = this.#line;
    this.#line = { field: "", value: "", comment: null };
    if (comment !== null) found.push({ comment: comment.slice(1).trim() });
    else if (field === "event") this.#type = value;
    else if (field === "data") this.#data = this.#data === null ? value : `${this.#data}\n${value}`;
    else if (field === "id" && !value.includes("\0")) this.lastEventId = value;
    else if (field === "") {
      if (this.#data !== null) found.push({ type: this.#type || "message", data: this.#data, id: this.lastEventId });
      this.#data = null;
      this.#type = "";
    }
  }
}
