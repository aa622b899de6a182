internal import Entanglement

extension Report {
  /// What to quote of each layer at the last checkpoint, a sentence a line, then the paper and the
  /// program as BibTeX.
  public var citation: String {
    let sentences = histories.flatMap { history in
      history.profiles.suffix(1).flatMap { profile in
        profile.layers.compactMap { Quotation($0, at: profile, of: history)?.sentence }
      }
    }
    return sentences.map { $0 + "\n" }.joined() + (sentences.isEmpty ? "" : "\n")
      + Bibliography(version: options.version).text
  }
}

/// The paper and the program as BibTeX.
struct Bibliography {
  let version: String

  var text: String {
    """
    @inproceedings{frosst2019analyzing,
      title     = {Analyzing and Improving Representations with the Soft Nearest Neighbor Loss},
      author    = {Frosst, Nicholas and Papernot, Nicolas and Hinton, Geoffrey},
      booktitle = {Proceedings of the 36th International Conference on Machine Learning},
      series    = {Proceedings of Machine Learning Research},
      volume    = {97},
      pages     = {2012--2020},
      year      = {2019}
    }

    @misc{snn-analyze,
      title = {snn-analyze: the soft nearest neighbor loss of every layer},
      note  = {Version \(version)}
    }

    """
  }
}
