# A transformer with an encoder, whose output the decoder attends to.

  # The whole transformer.                      ids (B,T), source (B,S), lengths (B) -> logits (B,T,V)
  def translate(self: __torch__.Kernels, ids: Tensor, source: Tensor, lengths: Tensor, w: List[Tensor]) -> Tensor:
    return (self).decode(ids, w, [(self).read_source(source, lengths, w), lengths])

  # The keys and values of a source for each decoder layer's cross-attention.            source (B,S), lengths (B) -> (L,B,S,2K·D)
  def read_source(self: __torch__.Kernels, source: Tensor, lengths: Tensor, w: List[Tensor]) -> Tensor:
    b = torch.size(source, 0)
    s = torch.size(source, 1)
    places = torch.slice(w.positions, 0, 0, s)
    x = (self).embed((self).{rows}(w.tokens, source), places)
    known = (self).unpadded(lengths, s)
    for i in range(self.layers):
      x = (self).attend(x, b, w.encoder_attention[i], places, annotate(List[Tensor], []), i, known)
      x = (self).feed(x, w.encoder_feed_forward[i])
    x = (self).enter((self).{norm}(x, w.encoder_final_norm, w.encoder_final_norm_shift))
    found = annotate(List[Tensor], [])
    for i in range(self.layers):
      kv = (self).keys_and_values(x, w.cross_attention[i])
      torch.append(found, torch.view(kv, [b, s, -1]))
    return torch.stack(found)

  # The keys and values for one decoder layer.  x (N,C) -> (N,2K·D)
  def keys_and_values(self: __torch__.Kernels, x: Tensor, w: List[Tensor]) -> Tensor:
    c = self.queries_width
    return (self).leave((self).{project_in}(x, torch.slice(w.query_key_value, 1, c), torch.slice(w.query_key_value_bias, 0, c)))

  # Which positions of sources are not padding. lengths (B) -> (B,1,1,S) bool
  def unpadded(self: __torch__.Kernels, lengths: Tensor, s: int) -> Tensor:
    return torch.lt(torch.arange(s, dtype=4, device=ops.prim.device(lengths)), torch.view(lengths, [-1, 1, 1, 1]))

  # All decoder layers, with cross-attention to a source's keys and values (L,B,S,2K·D) after each self-attention.        x (N,C) -> (N,C)
  def layers_with_source(self: __torch__.Kernels, x: Tensor, b: int, w: List[Tensor], places: Tensor, room: List[Tensor], start: int, seen: Optional[Tensor], source: List[Tensor], first: int) -> Tensor:
    known = (self).unpadded(source[1], torch.size(source[0], 2))
    for i in range(self.layers):
      x = (self).attend(x, b, w.decoder_attention[i], places, room, i, seen)
      x = (self).look_up(x, b, w.cross_attention[i], torch.select(source[0], 0, i), known)
      x = (self).feed(x, w.decoder_feed_forward[i])
    return x

  # x + Attention(LN(x)) with keys and values from a source.          x (N,C), kv (B,S,2K·D), known (B,1,1,S) bool -> (N,C)
  def look_up(self: __torch__.Kernels, x: Tensor, b: int, w: List[Tensor], kv: Tensor, known: Tensor) -> Tensor:
    c = self.queries_width
    normed = (self).enter((self).{norm}(x, w.attention_norm, w.attention_norm_shift))
    q = (self).leave((self).{project_in}(normed, torch.slice(w.query_key_value, 1, 0, c), torch.slice(w.query_key_value_bias, 0, 0, c)))
    k, v = (self).by_heads(torch.to(kv, q))                                              # kept values are float32 in any precision
    found = (self).enter((self).blend(torch.view(q, [b, -1, c]), k, v, known, False))
    return (self).plus(x, (self).drop((self).leave((self).{project_out}(found, w.output, w.output_bias))))
