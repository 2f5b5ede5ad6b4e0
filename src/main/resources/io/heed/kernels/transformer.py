# The fused operations of Heed, in TorchScript: each runs many engine operations behind one call from Java.
#
# Shapes: B batch, T positions, N = B·T, C width, H heads, D = C/H, L layers, V vocabulary, F feed-forward width. Weights of projections
# are stored (in, out), as GPT-2 stores them: y = x·W + b.
#
# KernelText.java joins these files for a model, drops the comments, and builds a TorchScript archive of the result. PyTorch's importer
# reads it and knows a small part of Python: every argument has a type, and names resolve to engine operations (torch.NAME).
# KernelText replaces:
#
#   {activation}              by the function that this model calls there, so that a variant costs no branch
#   {bfloat16}                by True, False or an expression; of an `if` that asks for a literal, only one branch is compiled
#   w.tokens                  by a weight of that role in the plan (WeightPlan.java): of the whole model or of the current block
#   w.decoder_attention[i]    by all weights of that block of layer i

class Kernels(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  layers : int
  heads : int
  key_heads : int
  head_width : int
  queries_width : int
  keys_width : int
  epsilon : float
  embedding_scale : float
  dropout : float
  packed : List[__torch__.torch.classes.quantized.LinearPackedParamsBase]
  numbers : List[Tensor]

  # The whole transformer: embed, every layer, head.            ids (B,T), w all weights -> logits (B,T,V)
  # source: empty, or with an encoder the result of `read_source` and the lengths
  def decode(self: __torch__.Kernels, ids: Tensor, w: List[Tensor], source: List[Tensor]) -> Tensor:
    x = (self).stream(ids, w, source)
    return torch.view((self).logits(x, w.final_norm, w.final_norm_shift, w.head), [torch.size(ids, 0), torch.size(ids, 1), -1])

  # The same up to the last layer.                              ids (B,T) -> (N,C)
  def stream(self: __torch__.Kernels, ids: Tensor, w: List[Tensor], source: List[Tensor]) -> Tensor:
    places = torch.slice(w.positions, 0, 0, torch.size(ids, 1))
    x = (self).embed((self).{rows}(w.tokens, ids), places)
    none = annotate(Optional[Tensor], None)
    return (self).{layers}(x, torch.size(ids, 0), w, places, annotate(List[Tensor], []), 0, none, source, 0)

  # The same for a decoder alone.                               ids (B,T) -> logits (B,T,V)
  def transform(self: __torch__.Kernels, ids: Tensor, w: List[Tensor]) -> Tensor:
    return (self).decode(ids, w, annotate(List[Tensor], []))

  # The rest of a decoder alone, from a residual stream.        x (B,T,C) -> logits of the last position (B,V)
  # first: the layer of x; middle: whether x is the stream between its attention and its feed-forward network
  # every: whether to return the logits of every position instead (B·T,V)
  def resume(self: __torch__.Kernels, x: Tensor, w: List[Tensor], first: int, middle: bool, every: bool) -> Tensor:
    b = torch.size(x, 0)
    t = torch.size(x, 1)
    none = annotate(List[Tensor], [])
    unmasked = annotate(Optional[Tensor], None)
    places = torch.slice(w.positions, 0, 0, t)
    x = torch.reshape(x, [b * t, -1])
    if middle:
      x = (self).feed(x, w.decoder_feed_forward[first])
      first = first + 1
    x = (self).{layers}(x, b, w, places, none, 0, unmasked, none, first)
    if not every:
      x = torch.slice(x, 0, t - 1, None, t)                                              # each row's last position
    return (self).logits(x, w.final_norm, w.final_norm_shift, w.head)

  # The same as `decode`, but after `start` positions whose keys and values are kept; adds those of ids to them.
  # ids (B,T), memory: those keys and values (L,B,at least start+T,2K·D), then `source`
  # hidden: empty, or (B), how many of each row's first positions are padding        -> logits of the last position (B,V)
  def read(self: __torch__.Kernels, ids: Tensor, w: List[Tensor], start: int, memory: List[Tensor], hidden: List[Tensor]) -> Tensor:
    b = torch.size(ids, 0)
    t = torch.size(ids, 1)
    seen = annotate(Optional[Tensor], None)
    if torch.len(hidden) > 0 or (t > 1 and start > 0):
      seen = (self).visible(ids, start, hidden)
    places = (self).{spread}((self).places(w.positions, ids, start, hidden))
    x = (self).embed((self).{rows}(w.tokens, ids), places)
    x = (self).{layers}(x, b, w, places, (self).room(memory[0], start, t), start, seen, torch.slice(memory, 1), 0)
    if t > 1:
      x = torch.slice(x, 0, t - 1, None, t)                                              # each row's last position
    return (self).logits(x, w.final_norm, w.final_norm_shift, w.head)

  # The same for the next token of a single row without padding.                     id: the token -> logits (1,V)
  def read_next(self: __torch__.Kernels, id: int, w: List[Tensor], start: int, memory: List[Tensor]) -> Tensor:
    places = (self).{spread}(torch.slice(w.positions, 0, start, start + 1))
    x = (self).embed((self).{row}(w.tokens, id), places)
    none = annotate(Optional[Tensor], None)
    x = (self).{layers}(x, 1, w, places, (self).room(memory[0], start, 1), start, none, torch.slice(memory, 1), 0)
    return (self).logits(x, w.final_norm, w.final_norm_shift, w.head)

  # E[ids]·scale with positions, then dropout.           rows E[ids] (B,T,C), places: result of `places` -> (N,C)
  def embed(self: __torch__.Kernels, rows: Tensor, places: Tensor) -> Tensor:
    if {scales}:
      rows = torch.mul(rows, self.embedding_scale)
    x = (self).{place_tokens}(rows, places)
    return (self).drop(torch.view(x, [-1, {width}]))

  # The rows of the given ids.                           tokens (V,C), ids (B,T) -> (B,T,C) float32
  def kept_rows(self: __torch__.Kernels, tokens: Tensor, ids: Tensor) -> Tensor:
    return torch.embedding(tokens, ids)

  # The row of one id.                                   tokens (V,C) -> (1,C) float32
  def kept_row(self: __torch__.Kernels, tokens: Tensor, id: int) -> Tensor:
    return torch.slice(tokens, 0, id, id + 1)

  # The same for a table in a shorter format.
  def narrow_rows(self: __torch__.Kernels, tokens: Tensor, ids: Tensor) -> Tensor:
    return torch.to(torch.embedding(tokens, ids), 6)

  def narrow_row(self: __torch__.Kernels, tokens: Tensor, id: int) -> Tensor:
    return torch.to(torch.slice(tokens, 0, id, id + 1), 6)

  # The layers of a decoder alone from `first` on: x + Attention(LN(x)), then + MLP(LN(x)).        x (N,C) -> (N,C)
  # b rows; room, places and seen: results of `room`, `places` and `visible`, the first empty if nothing is kept
  def sequential_layers(self: __torch__.Kernels, x: Tensor, b: int, w: List[Tensor], places: Tensor, room: List[Tensor], start: int, seen: Optional[Tensor], source: List[Tensor], first: int) -> Tensor:
    for n in range(self.layers - first):
      i = first + n
      x = (self).attend(x, b, w.decoder_attention[i], places, room, i, (self).{sees}(seen, x, b, start, i))
      x = (self).feed(x, w.decoder_feed_forward[i])
    return x

  # The same where both blocks read a layer's input: x + Attention(LN(x)) + MLP(LN(x)).        x (N,C) -> (N,C)
  def parallel_layers(self: __torch__.Kernels, x: Tensor, b: int, w: List[Tensor], places: Tensor, room: List[Tensor], start: int, seen: Optional[Tensor], source: List[Tensor], first: int) -> Tensor:
    for n in range(self.layers - first):
      i = first + n
      attended = (self).attend(x, b, w.decoder_attention[i], places, room, i, (self).{sees}(seen, x, b, start, i))
      x = (self).plus(attended, (self).fed(x, w.decoder_feed_forward[i]))
    return x

  # LN_f(x)·Eᵀ.                                 x (B,T,C), w: scale and shift of LN_f, E (V,C) -> (B,T,V)
  def head(self: __torch__.Kernels, x: Tensor, w: List[Tensor]) -> Tensor:
    norm, shift, table = w
    flat = torch.reshape(x, [-1, torch.size(x, 2)])
    return torch.view((self).logits(flat, norm, shift, table), [torch.size(x, 0), torch.size(x, 1), -1])

  # The same for x (N,C) -> (N,V) float32
  def logits(self: __torch__.Kernels, x: Tensor, norm: Tensor, shift: Tensor, table: Tensor) -> Tensor:
    return torch.to((self).{scores}((self).enter((self).{norm}(x, norm, shift)), table), 6)

  # x·Eᵀ, for x in the format of the projections.
  def kept_scores(self: __torch__.Kernels, x: Tensor, table: Tensor) -> Tensor:
    if {bfloat16}:
      table = torch.to(table, 15)
    return (self).leave(torch.linear(x, table))

  # The same for a table in a shorter format.
  def narrow_scores(self: __torch__.Kernels, x: Tensor, table: Tensor) -> Tensor:
    return (self).widened(x, torch.t(table))

  # x + y, for a y that nothing else reads.                x (N,C), y (N,C) in the format of the projections -> (N,C)
  def plus(self: __torch__.Kernels, x: Tensor, y: Tensor) -> Tensor:
    if {reuses}:
      z = torch.add_(y, x)
    else:
      z = torch.add(x, y)
    return z

  # Dropout applies only in training, that is, where gradients are recorded.
  def rate(self: __torch__.Kernels) -> float:
    p = 0.
    if {drops}:
      p = self.dropout
    return p

  def drop(self: __torch__.Kernels, x: Tensor) -> Tensor:
    if {drops}:
      x = torch.dropout(x, self.dropout, True)
    return x
