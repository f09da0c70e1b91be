package marsad.testing;

import org.apache.lucene.analysis.Analyzer;
import org.elasticsearch.plugin.NamedComponent;
import org.elasticsearch.plugin.analysis.AnalyzerFactory;

/** The language analyzers that a full Elasticsearch has built in, under the same names. */
public final class Analyzers {

  private Analyzers() {}

  @NamedComponent("arabic")
  public static final class Arabic implements AnalyzerFactory {
    @Override
    public Analyzer create() {
      return new org.apache.lucene.analysis.ar.ArabicAnalyzer();
    }
  }

  @NamedComponent("french")
  public static final class French implements AnalyzerFactory {
    @Override
    public Analyzer create() {
      return new org.apache.lucene.analysis.fr.FrenchAnalyzer();
    }
  }

  @NamedComponent("english")
  public static final class English implements AnalyzerFactory {
    @Override
    public Analyzer create() {
      return new org.apache.lucene.analysis.en.EnglishAnalyzer();
    }
  }
}
